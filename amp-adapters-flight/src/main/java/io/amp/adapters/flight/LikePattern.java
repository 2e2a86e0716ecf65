package io.amp.adapters.flight;

import java.util.regex.Pattern;

/** SQL LIKE over whole names: {@code %} any text, {@code _} one character, {@code \} takes the next literally. */
final class LikePattern {
    private LikePattern() {}

    static boolean matches(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char character = pattern.charAt(i);
            if (character == '%') {
                regex.append(".*");
            } else if (character == '_') {
                regex.append('.');
            } else {
                if (character == '\\' && i + 1 < pattern.length()) {
                    character = pattern.charAt(++i);
                }
                regex.append(Pattern.quote(String.valueOf(character)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
    }
}
