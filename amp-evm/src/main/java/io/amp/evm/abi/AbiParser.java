package io.amp.evm.abi;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Recursive-descent parser of the one grammar for events, functions and types (functions specification, section 2). One instance per
 * text. Messages name what was expected and the offset.
 */
final class AbiParser {
    /** Brackets open at once: what recursion over a type may cost. */
    private static final int DEPTH_MAX = 79;

    private static final int ARRAY_SIZE_MAX = 65_535;

    /** Scalars of one type, with every fixed array multiplied out. */
    private static final int LEAVES_MAX = 65_535;

    private static final Set<String> MODIFIERS = Set.of(
            "internal",
            "external",
            "public",
            "private",
            "pure",
            "view",
            "payable",
            "nonpayable",
            "virtual",
            "override");
    private static final Set<String> LOCATIONS = Set.of("memory", "storage", "calldata");

    private final String text;
    private final String errorPrefix;
    private int at;

    AbiParser(String text, String errorPrefix) {
        this.text = text;
        this.errorPrefix = errorPrefix;
    }

    AbiEvent event() {
        keyword("event");
        String name = name("event name");
        List<AbiParameter> parameters = parameters(true, 1);
        boolean anonymous = take("anonymous");
        end(anonymous ? "end of text" : "'anonymous' or end of text");
        long indexed = parameters.stream().filter(AbiParameter::indexed).count();
        if (indexed > AbiEvent.INDEXED_MAX) {
            throw new AbiException(errorPrefix + "event can only have " + AbiEvent.INDEXED_MAX
                    + " indexed parameters but has " + indexed);
        }
        return new AbiEvent(name, parameters, anonymous);
    }

    AbiFunction function() {
        keyword("function");
        String name = name("function name");
        List<AbiParameter> inputs = parameters(false, 1);
        List<AbiParameter> outputs = null;
        while (MODIFIERS.contains(peekWord())) {
            take(peekWord());
        }
        if (take("returns") || takeSymbol(':') || peekSymbol('(')) {
            outputs = parameters(false, 1);
        }
        end(outputs == null ? "a modifier, 'returns' or end of text" : "end of text");
        return new AbiFunction(name, inputs, outputs);
    }

    AbiType wholeType() {
        AbiType type = type(0);
        skipBlanks();
        if (at < text.length()) {
            throw error("expected end of text");
        }
        return type;
    }

    /** Takes the leading keyword, which counts only when white space follows. */
    private void keyword(String word) {
        skipBlanks();
        int after = at + word.length();
        if (text.startsWith(word, at) && after < text.length() && isBlank(text.charAt(after))) {
            at = after;
        }
    }

    private List<AbiParameter> parameters(boolean indexedCounts, int depth) {
        expectSymbol('(');
        var parameters = new ArrayList<AbiParameter>();
        while (!takeSymbol(')')) {
            if (!parameters.isEmpty()) {
                if (!takeSymbol(',')) {
                    throw error("expected ',' or ')'");
                }
                if (takeSymbol(')')) {
                    break;
                }
            }
            parameters.add(parameter(parameters.size(), indexedCounts, depth));
        }
        return parameters;
    }

    private AbiParameter parameter(int position, boolean indexedCounts, int depth) {
        AbiType type = type(depth);
        if (LOCATIONS.contains(peekWord())) {
            take(peekWord());
        }
        boolean indexed = take("indexed");
        String name = peekWord();
        if (name.isEmpty()) {
            name = "c" + position;
        } else {
            take(name);
        }
        return new AbiParameter(name, type, indexed && indexedCounts);
    }

    private AbiType type(int depth) {
        skipBlanks();
        int start = at;
        AbiType type;
        if (peekSymbol('(')) {
            type = tuple(depth);
        } else {
            String word = peekWord();
            if (word.isEmpty()) {
                throw error("expected a type");
            }
            take(word);
            if (word.equals("tuple") && peekSymbol('(')) {
                type = tuple(depth);
            } else if (text.startsWith(".", at)) {
                type = dottedName(word);
            } else {
                type = scalar(word, start);
                if (word.equals("address")) {
                    take("payable");
                }
            }
        }
        while (takeSymbol('[')) {
            if (takeSymbol(']')) {
                type = new AbiType.DynamicArray(type);
            } else {
                type = new AbiType.FixedArray(type, arraySize());
                expectSymbol(']');
            }
            checkSize(type, depth, start);
        }
        return type;
    }

    private AbiType tuple(int depth) {
        int start = at;
        if (depth >= DEPTH_MAX) {
            throw tooDeep(start);
        }
        List<AbiParameter> components = parameters(true, depth + 1);
        if (components.isEmpty()) {
            throw error("expected a type: a tuple has at least one component", start);
        }
        if (components.stream().anyMatch(AbiParameter::indexed)) {
            throw error("'indexed' is not allowed inside a tuple", start);
        }
        var tuple = new AbiType.Tuple(components);
        checkSize(tuple, depth, start);
        return tuple;
    }

    /** {@code Library.Name} can only be an enum, which is coded as {@code uint8}. */
    private AbiType dottedName(String first) {
        String last = first;
        while (text.startsWith(".", at)) {
            at++;
            int start = at;
            last = wordAt(start);
            if (last.isEmpty()) {
                throw error("expected a name after '.'");
            }
            at += last.length();
        }
        return new AbiType.Int(8, false);
    }

    private AbiType scalar(String word, int start) {
        return switch (word) {
            case "address" -> new AbiType.Address();
            case "bool" -> new AbiType.Bool();
            case "string" -> new AbiType.Text();
            case "bytes" -> new AbiType.Bytes();
            case "function" -> new AbiType.FunctionPointer();
            case "uint" -> new AbiType.Int(256, false);
            case "int" -> new AbiType.Int(256, true);
            default -> sized(word, start);
        };
    }

    private AbiType sized(String word, int start) {
        for (String base : List.of("uint", "int", "bytes")) {
            String width = word.startsWith(base) ? word.substring(base.length()) : "";
            if (width.isEmpty() || !width.chars().allMatch(c -> c >= '0' && c <= '9')) {
                continue;
            }
            int size = width.length() > 3 || width.startsWith("0") ? 0 : Integer.parseInt(width);
            boolean octets = base.equals("bytes");
            if (octets ? size < 1 || size > 32 : size < 8 || size > 256 || size % 8 != 0) {
                throw error("invalid size for type: " + word, start);
            }
            return octets ? new AbiType.FixedBytes(size) : new AbiType.Int(size, base.equals("int"));
        }
        throw error("invalid type string: " + word, start);
    }

    private int arraySize() {
        skipBlanks();
        int start = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        String digits = text.substring(start, at);
        String range = "an array size of 1 to " + ARRAY_SIZE_MAX;
        if (digits.isEmpty()) {
            throw error("expected ']' or " + range, start);
        }
        String significant = digits.replaceFirst("^0+", "");
        int size = significant.isEmpty()
                ? 0
                : significant.length() > 5 ? ARRAY_SIZE_MAX + 1 : Integer.parseInt(significant);
        if (size < 1 || size > ARRAY_SIZE_MAX) {
            throw error("expected " + range + " but got " + digits, start);
        }
        return size;
    }

    private void checkSize(AbiType type, int depth, int start) {
        if (leaves(type) > LEAVES_MAX) {
            throw error("expected a type of at most " + LEAVES_MAX + " values", start);
        }
        if (depth + levels(type) > DEPTH_MAX) {
            throw tooDeep(start);
        }
    }

    private AbiException tooDeep(int start) {
        return error("expected at most " + DEPTH_MAX + " levels of brackets", start);
    }

    private static int levels(AbiType type) {
        return switch (type) {
            case AbiType.DynamicArray array -> 1 + levels(array.element());
            case AbiType.FixedArray array -> 1 + levels(array.element());
            case AbiType.Tuple tuple ->
                1
                        + tuple.components().stream()
                                .mapToInt(component -> levels(component.type()))
                                .max()
                                .orElse(0);
            default -> 0;
        };
    }

    private static long leaves(AbiType type) {
        return switch (type) {
            case AbiType.DynamicArray array -> leaves(array.element());
            case AbiType.FixedArray array -> array.size() * leaves(array.element());
            case AbiType.Tuple tuple ->
                tuple.components().stream()
                        .mapToLong(component -> leaves(component.type()))
                        .sum();
            default -> 1;
        };
    }

    private String name(String what) {
        String name = peekWord();
        if (name.isEmpty()) {
            throw error("expected " + what);
        }
        take(name);
        return name;
    }

    private void end(String expected) {
        takeSymbol(';');
        skipBlanks();
        if (at < text.length()) {
            throw error("expected " + expected);
        }
    }

    /** The name or keyword that comes next; empty when there is none. */
    private String peekWord() {
        skipBlanks();
        return wordAt(at);
    }

    private String wordAt(int start) {
        int end = start;
        while (end < text.length() && isNamePart(text.charAt(end), end > start)) {
            end++;
        }
        return text.substring(start, end);
    }

    private static boolean isNamePart(char c, boolean digitsToo) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || c == '_'
                || c == '$'
                || (digitsToo && c >= '0' && c <= '9');
    }

    private boolean take(String word) {
        if (word.isEmpty() || !peekWord().equals(word)) {
            return false;
        }
        at += word.length();
        return true;
    }

    private boolean peekSymbol(char symbol) {
        skipBlanks();
        return at < text.length() && text.charAt(at) == symbol;
    }

    private boolean takeSymbol(char symbol) {
        if (!peekSymbol(symbol)) {
            return false;
        }
        at++;
        return true;
    }

    private void expectSymbol(char symbol) {
        if (!takeSymbol(symbol)) {
            throw error("expected '" + symbol + "'");
        }
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private AbiException error(String message) {
        String found =
                at < text.length() ? "'" + Character.toString(text.codePointAt(at)) + "'" : "the end of the text";
        return error(message + " but found " + found, at);
    }

    private AbiException error(String message, int offset) {
        return new AbiException(errorPrefix + message + " at offset " + offset);
    }
}
