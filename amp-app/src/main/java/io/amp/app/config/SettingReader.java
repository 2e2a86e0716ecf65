package io.amp.app.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds settings by rank, and collects what is wrong with them. Every key that is asked for becomes known. */
final class SettingReader {
    private final List<SettingLayer> layers;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> warned = new HashSet<>();
    private final List<String> warnings = new ArrayList<>();

    /** @param layers highest rank first */
    SettingReader(List<SettingLayer> layers) {
        this.layers = List.copyOf(layers);
    }

    ConfigKey key(String name) {
        return new ConfigKey(this, name);
    }

    /** A key that is accepted without any effect. */
    void withoutEffect(String name) {
        known(name);
        for (SettingLayer layer : layers) {
            layer.find(name).ifPresent(setting -> warn(setting.origin() + ": " + name + " has no effect"));
        }
    }

    void known(String name) {
        known.add(name);
    }

    void problem(String message) {
        if (!problems.contains(message)) {
            problems.add(message);
        }
    }

    void warn(String message) {
        if (warned.add(message)) {
            warnings.add(message);
        }
    }

    List<String> problems() {
        return List.copyOf(problems);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * The setting that counts: within the highest layer that has one, the name itself before aliases before retired spellings. A setting
     * that is a table comes as a map of its members.
     */
    Optional<Setting> find(String name, List<String> aliases, List<String> retired) {
        List<String> spellings = new ArrayList<>(List.of(name));
        spellings.addAll(aliases);
        spellings.addAll(retired);
        for (SettingLayer layer : layers) {
            List<String> given = spellings.stream()
                    .filter(spelling -> setting(layer, spelling).isPresent())
                    .toList();
            if (!given.isEmpty()) {
                String first = given.getFirst();
                Setting setting = setting(layer, first).orElseThrow();
                if (retired.contains(first)) {
                    warn(setting.origin() + ": " + first + " is deprecated, use " + name);
                }
                given.stream()
                        .skip(1)
                        .forEach(other -> setting(layer, other)
                                .ifPresent(ignored -> warn(ignored.origin() + ": " + other + " is ignored because "
                                        + first + " is set too")));
                return Optional.of(setting);
            }
        }
        return Optional.empty();
    }

    boolean holds(String spelling, Setting setting) {
        return layers.stream()
                .anyMatch(layer -> setting(layer, spelling)
                        .filter(held -> held.equals(setting))
                        .isPresent());
    }

    /** Reports keys that nobody asked for; to be called when everything was read. */
    void reportUnknown() {
        for (SettingLayer layer : layers) {
            if (layer.checked()) {
                layer.settings().forEach((key, setting) -> {
                    if (!known.contains(key)) {
                        reportUnknown(key, setting);
                    }
                });
            }
        }
    }

    private void reportUnknown(String key, Setting setting) {
        if (known.stream().anyMatch(name -> name.startsWith(key + "."))) {
            problem(setting.origin() + ": " + key + " must be a table");
            return;
        }
        int dot = key.lastIndexOf('.');
        if (dot > 0 && known.contains(key.substring(0, dot))) {
            problem(setting.origin() + ": " + key.substring(0, dot) + " must not be a table");
            return;
        }
        String nearest = nearest(key);
        warn(setting.origin() + ": unknown key " + key + (nearest.isEmpty() ? "" : ", did you mean " + nearest + "?"));
    }

    private static Optional<Setting> setting(SettingLayer layer, String key) {
        Optional<Setting> direct = layer.find(key);
        if (direct.isPresent()) {
            return direct;
        }
        Map<String, Setting> members = new HashMap<>();
        String origin = "";
        for (String member : List.of("secs", "nanos")) {
            Optional<Setting> found = layer.find(key + "." + member);
            if (found.isPresent()) {
                members.put(member, found.get());
                origin = found.get().origin();
            }
        }
        return members.isEmpty() ? Optional.empty() : Optional.of(new Setting(members, false, origin));
    }

    private String nearest(String key) {
        String best = "";
        int least = Math.max(2, key.length() / 4) + 1;
        for (String candidate : known) {
            int distance = distance(key, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Levenshtein. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(changed, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
