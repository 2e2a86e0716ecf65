package io.amp.app.config;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * One key of the configuration under all its spellings. Each reading method gives the value in its type, or the default when there is
 * none; a value of another type is a problem, noted without the value, and counts as the default.
 */
final class ConfigKey {
    private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000L);
    /** Longer ones would overflow arithmetic in nanoseconds. */
    private static final BigDecimal SECONDS_MAX =
            BigDecimal.valueOf(Long.MAX_VALUE).divideToIntegralValue(NANOS_PER_SECOND);

    private final SettingReader reader;
    private final String name;
    private final List<String> aliases = new ArrayList<>();
    private final List<String> retired = new ArrayList<>();
    private boolean offIsMinusOne;

    ConfigKey(SettingReader reader, String name) {
        this.reader = reader;
        this.name = name;
        reader.known(name);
    }

    /** Another accepted spelling. */
    ConfigKey alias(String spelling) {
        aliases.add(spelling);
        reader.known(spelling);
        return this;
    }

    /** An older spelling that still works, with a warning. */
    ConfigKey retired(String spelling) {
        retired.add(spelling);
        reader.known(spelling);
        return this;
    }

    /** Under its retired spellings, -1 switches off what 0 switches off now. */
    ConfigKey offIsMinusOne() {
        offIsMinusOne = true;
        return this;
    }

    Optional<String> text() {
        return read("a string", setting -> setting.value() instanceof String text ? text : null);
    }

    String text(String absent) {
        return text().orElse(absent);
    }

    Optional<Secret> secret() {
        return text().map(Secret::new);
    }

    boolean flag(boolean absent) {
        return read("true or false", setting -> switch (setting.value()) {
                    case Boolean flag -> flag;
                    case String text -> setting.isText() ? textFlag(text) : null;
                    default -> null;
                })
                .orElse(absent);
    }

    int whole(int min, int absent) {
        return (int) whole(min, Integer.MAX_VALUE, absent);
    }

    long whole(long min, long max, long absent) {
        return whole(min, max).orElse(absent);
    }

    OptionalLong whole(long min, long max) {
        Optional<Long> found = read("an integer from " + min + " to " + max, setting -> {
            BigDecimal number = number(setting);
            if (number == null || number.stripTrailingZeros().scale() > 0) {
                return null;
            }
            if (offIsMinusOne && isRetired(setting) && number.compareTo(BigDecimal.ONE.negate()) == 0) {
                number = BigDecimal.ZERO;
            }
            return number.compareTo(BigDecimal.valueOf(min)) >= 0 && number.compareTo(BigDecimal.valueOf(max)) <= 0
                    ? number.longValueExact()
                    : null;
        });
        return found.isPresent() ? OptionalLong.of(found.get()) : OptionalLong.empty();
    }

    double decimal(double absent) {
        return read("a number", setting -> {
                    BigDecimal number = number(setting);
                    return number == null ? null : number.doubleValue();
                })
                .orElse(absent);
    }

    /** Seconds, whole or not; or a table of {@code secs} and {@code nanos}. */
    Duration duration(Duration absent) {
        return duration(absent, Duration.ZERO);
    }

    Duration duration(Duration absent, Duration min) {
        List<String> spellings = new ArrayList<>(List.of(name));
        spellings.addAll(aliases);
        spellings.addAll(retired);
        for (String spelling : spellings) {
            reader.known(spelling + ".secs");
            reader.known(spelling + ".nanos");
        }
        String expected = min.isZero()
                ? "a number of seconds, 0 or more"
                : "a number of seconds, at least "
                        + BigDecimal.valueOf(min.toMillis(), 3)
                                .stripTrailingZeros()
                                .toPlainString();
        return read(expected, setting -> {
                    BigDecimal seconds =
                            setting.value() instanceof Map<?, ?> table ? tableSeconds(table) : number(setting);
                    if (seconds == null || seconds.signum() < 0 || seconds.compareTo(SECONDS_MAX) > 0) {
                        return null;
                    }
                    Duration duration =
                            Duration.ofNanos(seconds.multiply(NANOS_PER_SECOND).longValue());
                    return duration.compareTo(min) < 0 ? null : duration;
                })
                .orElse(absent);
    }

    List<String> list() {
        return read("a list of strings", setting -> switch (setting.value()) {
                    case List<?> list -> strings(list);
                    case String text -> setting.isText() ? textList(text) : null;
                    default -> null;
                })
                .orElse(List.of());
    }

    <T> T parsed(String expected, T absent, Function<String, Optional<T>> parser) {
        return read(expected, setting -> {
                    String text = scalarText(setting.value());
                    return text == null ? null : parser.apply(text).orElse(null);
                })
                .orElse(absent);
    }

    <E extends Enum<E>> E choice(Class<E> type, E absent) {
        String names = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return parsed(
                "one of " + names,
                absent,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant ->
                                constant.name().toLowerCase(Locale.ROOT).equals(text))
                        .findFirst());
    }

    ListenAddress address(String absent) {
        return parsed(
                "host:port", ListenAddress.parse(absent).orElseThrow(), text -> ListenAddress.parse(text.strip()));
    }

    Optional<URI> url() {
        return parsed("a URL with scheme and host", Optional.empty(), text -> {
            try {
                URI uri = new URI(text.strip());
                return uri.getScheme() != null && uri.getHost() != null
                        ? Optional.of(Optional.of(uri))
                        : Optional.empty();
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
        });
    }

    String name() {
        return name;
    }

    private <T> Optional<T> read(String expected, Function<Setting, @Nullable T> conversion) {
        Optional<Setting> found = reader.find(name, aliases, retired);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        T value = conversion.apply(found.get());
        if (value == null) {
            reader.problem(found.get().origin() + ": " + name + " must be " + expected);
        }
        return Optional.ofNullable(value);
    }

    private boolean isRetired(Setting setting) {
        return retired.stream().anyMatch(spelling -> reader.holds(spelling, setting));
    }

    private static @Nullable BigDecimal number(Setting setting) {
        return switch (setting.value()) {
            case Long number -> BigDecimal.valueOf(number);
            case Double number -> Double.isFinite(number) ? BigDecimal.valueOf(number) : null;
            case String text -> setting.isText() ? textNumber(text) : null;
            default -> null;
        };
    }

    private static @Nullable BigDecimal textNumber(String text) {
        String digits = text.strip().replace("_", "");
        try {
            return digits.length() > 40 ? null : new BigDecimal(digits);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable BigDecimal tableSeconds(Map<?, ?> table) {
        BigDecimal seconds = table.get("secs") instanceof Setting setting ? number(setting) : BigDecimal.ZERO;
        BigDecimal nanos = table.get("nanos") instanceof Setting setting ? number(setting) : BigDecimal.ZERO;
        return seconds == null || nanos == null ? null : seconds.add(nanos.divide(NANOS_PER_SECOND));
    }

    private static @Nullable Boolean textFlag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes", "on" -> true;
            case "false", "0", "no", "off" -> false;
            default -> null;
        };
    }

    private static @Nullable List<String> textList(String text) {
        if (text.strip().startsWith("[")) {
            return TomlSettings.value(text.strip()).orElse(null) instanceof TomlArray array
                    ? strings(TomlSettings.list(array))
                    : null;
        }
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static @Nullable List<String> strings(List<?> list) {
        List<String> strings = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof String text)) {
                return null;
            }
            strings.add(text);
        }
        return strings;
    }

    private static @Nullable String scalarText(Object value) {
        return value instanceof List<?> || value instanceof Map<?, ?> || value instanceof TomlTable
                ? null
                : String.valueOf(value);
    }
}
