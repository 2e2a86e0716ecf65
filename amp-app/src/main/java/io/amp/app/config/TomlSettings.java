package io.amp.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Settings from TOML text. */
final class TomlSettings {
    private TomlSettings() {}

    /** @throws ConfigException the file is missing, unreadable or no TOML; names file and line, never a line's content */
    static SettingLayer read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new ConfigException(List.of("config path is not a file: " + file));
        }
        TomlParseResult toml;
        try {
            toml = Toml.parse(file);
        } catch (IOException e) {
            throw new ConfigException(List.of("config file " + file + " cannot be read: " + e.getMessage()));
        }
        if (toml.hasErrors()) {
            throw new ConfigException(toml.errors().stream()
                    .map(error ->
                            "config file " + file + ", line " + error.position().line() + ", column "
                                    + error.position().column() + ": syntax error")
                    .toList());
        }
        Map<String, Setting> settings = new HashMap<>();
        collect(toml, "", settings, file.getFileName() + ", line ");
        return new SettingLayer(settings, true);
    }

    /** Reads what stands right of an equals sign; empty when it is no TOML value. */
    static Optional<Object> value(String text) {
        TomlParseResult toml = Toml.parse("v = " + text);
        return toml.hasErrors() || toml.keySet().size() != 1 ? Optional.empty() : Optional.ofNullable(toml.get("v"));
    }

    /** Members of a table under dotted keys. */
    static Map<String, Setting> members(TomlTable table, String key, String origin) {
        Map<String, Setting> settings = new HashMap<>();
        for (String name : table.keySet()) {
            add(table.get(List.of(name)), key + "." + name, settings, origin, origin);
        }
        return settings;
    }

    static List<Object> list(TomlArray array) {
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            list.add(array.get(i));
        }
        return list;
    }

    private static void collect(TomlTable table, String prefix, Map<String, Setting> settings, String origin) {
        for (String name : table.keySet()) {
            var position = table.inputPositionOf(List.of(name));
            add(
                    table.get(List.of(name)),
                    prefix + name,
                    settings,
                    origin,
                    origin + (position == null ? "?" : position.line()));
        }
    }

    private static void add(
            @Nullable Object value, String key, Map<String, Setting> settings, String origin, String position) {
        switch (value) {
            case null -> {
                // a key that tomlj lists has a value
            }
            case TomlTable table -> collect(table, key + ".", settings, origin);
            case TomlArray array -> settings.put(key, new Setting(list(array), false, position));
            default -> settings.put(key, new Setting(value, false, position));
        }
    }
}
