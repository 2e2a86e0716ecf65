package io.amp.app.config;

/**
 * One value as it was given.
 *
 * @param value a string, Long, Double, Boolean or list of these; from the environment always a string
 * @param isText whether the type has yet to be read from a string
 * @param origin file with line, variable or option, for messages
 */
record Setting(Object value, boolean isText, String origin) {}
