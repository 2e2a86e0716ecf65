package io.amp.adapters.query.sql;

/** What the {@code SETTINGS} clause of a statement asks for. */
public record Settings(boolean stream) {
    public static final Settings NONE = new Settings(false);
}
