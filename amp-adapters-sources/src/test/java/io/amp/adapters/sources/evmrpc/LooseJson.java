package io.amp.adapters.sources.evmrpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes JSON in one of the many ways that mean the same: fields in any order, white space, escapes, unknown fields in between. */
final class LooseJson {
    private static final String[] SPACES = {" ", "\n", "\t", "\r\n", "   "};

    private final Random random;
    private final StringBuilder out = new StringBuilder();
    /** Chance out of 100 for each liberty taken. */
    private final int liberty;

    LooseJson(Random random, int liberty) {
        this.random = random;
        this.liberty = liberty;
    }

    String write(JsonNode node) {
        out.setLength(0);
        space();
        value(node);
        space();
        return out.toString();
    }

    private boolean take() {
        return random.nextInt(100) < liberty;
    }

    private void space() {
        while (take()) {
            out.append(SPACES[random.nextInt(SPACES.length)]);
        }
    }

    private void value(JsonNode node) {
        if (node.isObject()) {
            object(node);
        } else if (node.isArray()) {
            out.append('[');
            for (int i = 0; i < node.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                space();
                value(node.get(i));
                space();
            }
            if (node.isEmpty()) {
                space();
            }
            out.append(']');
        } else if (node.isTextual()) {
            string(node.textValue());
        } else {
            out.append(node);
        }
    }

    private void object(JsonNode node) {
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(node.properties());
        if (take()) {
            Collections.shuffle(fields, random);
        }
        out.append('{');
        boolean first = true;
        for (Map.Entry<String, JsonNode> field : fields) {
            if (take()) {
                separate(first);
                first = false;
                unknown();
            }
            separate(first);
            first = false;
            string(field.getKey());
            space();
            out.append(':');
            space();
            value(field.getValue());
            space();
        }
        out.append('}');
    }

    private void separate(boolean first) {
        if (!first) {
            out.append(',');
        }
        space();
    }

    private void unknown() {
        string("x" + Long.toString(random.nextLong(), 36));
        out.append(':');
        anything(3);
        space();
    }

    private void anything(int depth) {
        switch (random.nextInt(depth > 0 ? 9 : 7)) {
            case 0 -> out.append("null");
            case 1 -> out.append(random.nextBoolean());
            case 2 -> out.append(random.nextLong());
            case 3 -> out.append(random.nextDouble() * 1e30);
            case 4 -> out.append("-0.5E+3");
            case 5 -> string("say \"hé\" \\ /\b\n\u0001 \ud83d\ude00 { [ , ]");
            case 6 -> out.append("\"\\u00e9\\ud83d\\ude00\\ud800 \\/\"");
            case 7 -> {
                out.append('{');
                for (int i = random.nextInt(3); i > 0; i--) {
                    string("k" + i);
                    space();
                    out.append(':');
                    anything(depth - 1);
                    if (i > 1) {
                        out.append(',');
                    }
                }
                out.append('}');
            }
            default -> {
                out.append('[');
                for (int i = random.nextInt(3); i > 0; i--) {
                    anything(depth - 1);
                    if (i > 1) {
                        out.append(',');
                    }
                }
                out.append(']');
            }
        }
    }

    private void string(String text) {
        boolean escaping = random.nextInt(200) < liberty;
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\' || c < ' ' || (escaping && random.nextInt(8) == 0)) {
                out.append(String.format("\\u%04" + (random.nextBoolean() ? "x" : "X"), (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
