package io.amp.app.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.tomlj.TomlTable;

/** Settings from {@code AMP_CONFIG_…} variables (command-line specification, section 11.1). */
final class EnvironmentSettings {
    private EnvironmentSettings() {}

    /** @param prefix of the variables, upper case */
    static SettingLayer read(Map<String, String> environment, String prefix) {
        Map<String, Setting> settings = new HashMap<>();
        environment.forEach((name, text) -> {
            String upper = name.toUpperCase(Locale.ROOT);
            if (upper.startsWith(prefix) && upper.length() > prefix.length() && !text.isEmpty()) {
                String key = upper.substring(prefix.length())
                        .toLowerCase(Locale.ROOT)
                        .replace("__", ".");
                if (text.strip().startsWith("{")
                        && TomlSettings.value(text.strip()).orElse(null) instanceof TomlTable table) {
                    TomlSettings.members(table, key, name).forEach(settings::putIfAbsent);
                } else {
                    settings.put(key, new Setting(text, true, name));
                }
            }
        });
        return new SettingLayer(settings, true);
    }
}
