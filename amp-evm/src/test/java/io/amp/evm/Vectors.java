package io.amp.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Published vectors: one JSON object per line, lines with # name the source. */
public final class Vectors {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Vectors() {}

    public static List<JsonNode> read(String name) {
        try (var stream = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            List<String> lines = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            var vectors = new java.util.ArrayList<JsonNode>();
            for (String line : lines) {
                if (!line.startsWith("#")) {
                    vectors.add(JSON.readTree(line));
                }
            }
            return vectors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Bytes in the notation of the vectors: a string is hex; an array is a concatenation of words, {@code >} = right-padded, {@code =} = as
     * it is; null is null.
     */
    public static byte[] bytes(JsonNode node) {
        if (node == null || node.isNull()) {
            return null;
        }
        if (node.isTextual()) {
            return hex(node.textValue());
        }
        var out = new ByteArrayOutputStream();
        for (JsonNode item : node) {
            String text = item.textValue();
            if (text.startsWith("=")) {
                out.writeBytes(hex(text.substring(1)));
            } else if (text.startsWith(">")) {
                String digits = text.substring(1);
                out.writeBytes(hex(digits + "0".repeat(Math.floorMod(-digits.length(), 64))));
            } else {
                out.writeBytes(hex("0".repeat(64 - text.length()) + text));
            }
        }
        return out.toByteArray();
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
