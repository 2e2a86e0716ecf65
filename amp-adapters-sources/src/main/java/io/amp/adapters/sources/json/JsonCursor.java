package io.amp.adapters.sources.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A position in JSON text. The reader asks for what it expects next; the cursor moves behind it or throws
 * {@link MalformedJsonException}. Methods that return false have met valid JSON of another form than asked for; where the cursor stands
 * then is not defined. Not thread-safe; reusable by {@link #reset}.
 *
 * <pre>{@code
 * cursor.enterObject();
 * for (int field = cursor.nextField(NAMES); field != END; field = cursor.nextField(NAMES)) {
 *     switch (field) {
 *         case HASH -> cursor.fixedBytes(hash, 0, 32);
 *         default -> cursor.skipValue();
 *     }
 * }
 * }</pre>
 *
 * <p>Implementation note: the text is followed by {@link #PADDING} zero bytes. A zero byte belongs to no JSON token, so every loop ends
 * there and words can be read from any position of the text without a check. Strings are scanned eight bytes at a time for a quote, a
 * backslash or a control character; see {@link #endOfString}.
 */
public final class JsonCursor {
    /** Zero bytes needed behind the text. */
    public static final int PADDING = 16;

    /** No more fields. */
    public static final int END = -1;
    /** A field that is none of the {@link FieldNames}. */
    public static final int UNKNOWN = -2;

    private static final int DEPTH_MAX = 128;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOP = 0x8080808080808080L;
    private static final long QUOTES = 0x2222222222222222L;
    private static final long BACKSLASHES = 0x5c5c5c5c5c5c5c5cL;
    private static final long SPACES = 0x2020202020202020L;

    private byte[] text = new byte[PADDING];
    private int position;
    private int end;
    /** True right behind an opening bracket: no comma is due. */
    private boolean fresh;
    /** Set by {@link #endOfString}. */
    private boolean escaped;

    private final Unescaper unescaper = new Unescaper();

    /**
     * Starts at a position of a text.
     *
     * @param end where the text ends; {@link #PADDING} zero bytes follow
     */
    public void reset(byte[] text, int position, int end) {
        if (text.length - end < PADDING) {
            throw new IllegalArgumentException("no padding behind the text");
        }
        this.text = text;
        this.position = position;
        this.end = end;
        this.fresh = false;
    }

    public int position() {
        return position;
    }

    /** The byte that starts the next value or ends a container; zero at the end of the text. */
    public byte peek() {
        skipWhiteSpace();
        return text[position];
    }

    public boolean isObject() {
        return peek() == '{';
    }

    public boolean isArray() {
        return peek() == '[';
    }

    public void enterObject() {
        expect((byte) '{', "an object");
        fresh = true;
    }

    public void enterArray() {
        expect((byte) '[', "an array");
        fresh = true;
    }

    /** The next field of the entered object, whose value comes next; {@link #END} moves behind the object. */
    public int nextField(FieldNames names) {
        byte next = peek();
        if (next == '}') {
            position++;
            fresh = false;
            return END;
        }
        if (!fresh) {
            if (next != ',') {
                throw malformed("',' or '}'");
            }
            position++;
            next = peek();
        }
        fresh = false;
        if (next != '"') {
            throw malformed("a field name");
        }
        int from = position + 1;
        int to = endOfString(from);
        int number;
        if (escaped) {
            int length = unescaper.unescape(text, from, to);
            number = names.number(unescaper.bytes(), 0, length);
        } else {
            number = names.number(text, from, to);
        }
        position = to + 1;
        expect((byte) ':', "':'");
        return number;
    }

    /** True when another element of the entered array comes next; false moves behind the array. */
    public boolean nextElement() {
        byte next = peek();
        if (next == ']') {
            position++;
            fresh = false;
            return false;
        }
        if (!fresh) {
            if (next != ',') {
                throw malformed("',' or ']'");
            }
            position++;
            if (peek() == ']') {
                throw malformed("an element");
            }
        }
        fresh = false;
        return true;
    }

    /** Moves behind a {@code null}; otherwise stays. */
    public boolean nullValue() {
        if (peek() != 'n') {
            return false;
        }
        literal("null");
        return true;
    }

    /** Reads hex text of exactly {@code width} bytes, with {@code 0x} in front. */
    public boolean fixedBytes(byte[] to, int at, int width) {
        byte[] bytes = text;
        skipWhiteSpace();
        int start = position;
        int close = start + 3 + 2 * width;
        if (bytes[start] == '"'
                && close < end
                && bytes[close] == '"'
                && HexText.isPrefix(bytes, start + 1)
                && Hex.decode(bytes, start + 3, to, at, width)) {
            position = close + 1;
            return true;
        }
        int length = contentOfEscapedString();
        return length == 2 + 2 * width
                && HexText.isPrefix(unescaper.bytes(), 0)
                && Hex.decode(unescaper.bytes(), 2, to, at, width);
    }

    /** Moves behind {@code ""} or {@code "0x"}; otherwise stays. */
    public boolean emptyBytes() {
        if (peek() != '"') {
            return false;
        }
        int at = position + 1;
        if (text[at] == '\\' || text[at + 1] == '\\') {
            return emptyEscapedBytes(at);
        }
        if (HexText.isPrefix(text, at)) {
            at += 2;
        }
        if (text[at] != '"') {
            return false;
        }
        position = at + 1;
        return true;
    }

    private boolean emptyEscapedBytes(int from) {
        int close = endOfString(from);
        int length = unescaper.unescape(text, from, close);
        boolean empty = length == 0 || (length == 2 && HexText.isPrefix(unescaper.bytes(), 0));
        if (empty) {
            position = close + 1;
        }
        return empty;
    }

    /** Reads a hex number of at most {@code width} bytes, with {@code 0x} in front, as bytes with zeros in front. */
    public boolean paddedBytes(byte[] to, int at, int width) {
        skipWhiteSpace();
        int start = position;
        if (text[start] != '"') {
            skipValue();
            return false;
        }
        int close = endOfString(start + 1);
        if (!escaped) {
            position = close + 1;
            return HexText.padded(text, start + 1, close, to, at, width);
        }
        int length = unescaper.unescape(text, start + 1, close);
        position = close + 1;
        return HexText.padded(unescaper.bytes(), 0, length, to, at, width);
    }

    /**
     * Reads hex text of any length, with {@code 0x} in front, and appends its bytes; an empty string counts as {@code 0x}.
     */
    public boolean bytes(ByteSink sink) {
        skipWhiteSpace();
        int start = position;
        if (text[start] != '"') {
            skipValue();
            return false;
        }
        int close = endOfString(start + 1);
        if (!escaped) {
            position = close + 1;
            return HexText.append(text, start + 1, close, sink);
        }
        int length = unescaper.unescape(text, start + 1, close);
        position = close + 1;
        return HexText.append(unescaper.bytes(), 0, length, sink);
    }

    /**
     * Reads an unsigned number of up to 256 bits: hex text with {@code 0x} and any leading zeros ({@code 0x} alone is 0), decimal text or a
     * JSON integer. Moves behind any other value as well.
     */
    public boolean quantity(Quantity to) {
        skipWhiteSpace();
        int start = position;
        byte[] bytes = text;
        if (bytes[start] != '"') {
            skipValue();
            return bytes[start] >= '0' && bytes[start] <= '9' && HexText.decimal(bytes, start, position, to);
        }
        if (HexText.isPrefix(bytes, start + 1)) {
            // Nearly every quantity: one to sixteen digits.
            int at = start + 3;
            long value = 0;
            int digit;
            while ((digit = Hex.value(bytes[at])) >= 0) {
                value = value << 4 | digit;
                at++;
            }
            if (bytes[at] == '"' && at - start - 3 <= 16) {
                to.set(value);
                position = at + 1;
                return true;
            }
        }
        int close = endOfString(start + 1);
        if (escaped) {
            int length = unescaper.unescape(text, start + 1, close);
            position = close + 1;
            return HexText.quantity(unescaper.bytes(), 0, length, to);
        }
        position = close + 1;
        return HexText.quantity(bytes, start + 1, close, to);
    }

    /** Reads {@code true} or {@code false}. */
    public boolean booleanValue() {
        if (peek() == 't') {
            literal("true");
            return true;
        }
        literal("false");
        return false;
    }

    public boolean isBoolean() {
        byte next = peek();
        return next == 't' || next == 'f';
    }

    /** Reads a string. */
    public String string() {
        skipWhiteSpace();
        int start = position;
        if (text[start] != '"') {
            throw malformed("a string");
        }
        int close = endOfString(start + 1);
        position = close + 1;
        if (!escaped) {
            return new String(text, start + 1, close - start - 1, StandardCharsets.UTF_8);
        }
        int length = unescaper.unescape(text, start + 1, close);
        return new String(unescaper.bytes(), 0, length, StandardCharsets.UTF_8);
    }

    /** Reads any value as the text it is written in; a string without its quotes. */
    public String textOfValue() {
        if (peek() == '"') {
            return string();
        }
        int start = position;
        skipValue();
        return new String(text, start, position - start, StandardCharsets.UTF_8);
    }

    /** Nothing but white space may follow. */
    public void expectEnd() {
        skipWhiteSpace();
        if (position != end) {
            throw malformed("the end");
        }
    }

    /** Moves behind the next value, whatever it is. */
    public void skipValue() {
        skipValue(0);
    }

    private void skipValue(int depth) {
        byte next = peek();
        switch (next) {
            case '"' -> position = endOfString(position + 1) + 1;
            case '{' -> {
                checkDepth(depth);
                enterObject();
                while (nextField(NO_NAMES) != END) {
                    skipValue(depth + 1);
                }
            }
            case '[' -> {
                checkDepth(depth);
                enterArray();
                while (nextElement()) {
                    skipValue(depth + 1);
                }
            }
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> skipNumber();
        }
    }

    private static final FieldNames NO_NAMES = FieldNames.of();

    private void checkDepth(int depth) {
        if (depth == DEPTH_MAX) {
            throw malformed("less than " + DEPTH_MAX + " levels");
        }
    }

    private void skipNumber() {
        int at = position;
        if (text[at] == '-') {
            at++;
        }
        at = text[at] == '0' ? at + 1 : digits(at);
        if (text[at] == '.') {
            at = digits(at + 1);
        }
        if (text[at] == 'e' || text[at] == 'E') {
            at++;
            at = digits(text[at] == '+' || text[at] == '-' ? at + 1 : at);
        }
        position = at;
    }

    private int digits(int from) {
        int at = from;
        while (text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw malformed("a value");
        }
        return at;
    }

    private void literal(String literal) {
        for (int i = 0; i < literal.length(); i++) {
            if (text[position + i] != literal.charAt(i)) {
                throw malformed(literal);
            }
        }
        position += literal.length();
    }

    private void expect(byte wanted, String what) {
        if (peek() != wanted) {
            throw malformed(what);
        }
        position++;
    }

    private void skipWhiteSpace() {
        byte next = text[position];
        while (next <= ' ' && (next == ' ' || next == '\n' || next == '\r' || next == '\t')) {
            next = text[++position];
        }
    }

    /**
     * Where the string's closing quote is; sets {@link #escaped}.
     *
     * <p>{@code (w - 0x01…) & ~w & 0x80…} marks the zero bytes of {@code w}; a borrow can add marks only above the lowest true one, which is
     * the only one used. The same with 0x20 marks bytes below 0x20.
     */
    private int endOfString(int from) {
        escaped = false;
        byte[] bytes = text;
        int at = from;
        while (true) {
            long word = (long) WORD.get(bytes, at);
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long marks = ((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash) | ((word - SPACES) & ~word);
            marks &= TOP;
            if (marks == 0) {
                at += Long.BYTES;
                continue;
            }
            at += Long.numberOfTrailingZeros(marks) >>> 3;
            byte found = bytes[at];
            if (found == '"') {
                return at;
            }
            if (found != '\\') {
                position = at;
                throw malformed("a character of a string");
            }
            escaped = true;
            at = endOfEscape(at + 1);
        }
    }

    private int endOfEscape(int at) {
        switch (text[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 1;
            }
            case 'u' -> {
                for (int i = 1; i <= 4; i++) {
                    if (Hex.value(text[at + i]) < 0) {
                        break;
                    }
                    if (i == 4) {
                        return at + 5;
                    }
                }
            }
            default -> {}
        }
        position = at;
        throw malformed("an escape");
    }

    /**
     * Moves behind the next value. When it is a string with escapes, its content goes to {@link #unescaper}.
     *
     * @return its length, else -1
     */
    private int contentOfEscapedString() {
        int start = position;
        skipValue();
        if (text[start] != '"' || !escaped) {
            return -1;
        }
        return unescaper.unescape(text, start + 1, position - 1);
    }

    private MalformedJsonException malformed(String expected) {
        return new MalformedJsonException(expected, position);
    }
}
