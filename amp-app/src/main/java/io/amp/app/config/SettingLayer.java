package io.amp.app.config;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Values of one rank, by dotted key; members of tables have keys of their own.
 *
 * @param checked whether keys that nobody knows are reported
 */
record SettingLayer(Map<String, Setting> settings, boolean checked) {
    SettingLayer {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    Optional<Setting> find(String key) {
        return Optional.ofNullable(settings.get(key));
    }
}
