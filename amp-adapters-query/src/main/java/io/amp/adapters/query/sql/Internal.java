package io.amp.adapters.query.sql;

import java.util.Set;

/** Names that the rewriting gives to constructs which the parser lacks; users' names are numbers there, so they never clash. */
public final class Internal {
    /** {@code [a, b]}. */
    public static final String LIST = "$list";
    /** {@code {'a': 1}}. */
    public static final String STRUCT = "$struct";
    /** Subscript {@code [start:end:step]}. */
    public static final String SLICE = "$slice";
    /** A part that was left out. */
    public static final String NOTHING = "$nothing";
    /** Subscript that stands for {@code ::T}; its argument is the number of the type. */
    public static final String CAST = "$cast";
    /** Subscript that stands for AT TIME ZONE. */
    public static final String AT_ZONE = "$at_zone";
    /** First select item of DISTINCT ON: its keys. */
    public static final String DISTINCT_ON = "$distinct_on";
    /** Alias of the one-row table of a query that has WHERE but no FROM. */
    public static final String NO_FROM = "$no_from";
    /** {@code a << marker << b} is {@code a >> b}. */
    public static final String SHIFT_RIGHT = "$shift_right";
    /** {@code a ^ marker ^ b} is {@code a ^ b}, while {@code a ^ b} is {@code a | b}: that has the lower precedence it needs. */
    public static final String XOR = "$xor";
    /** Name of the window that a window with a GROUPS frame extends. */
    public static final String GROUPS_FRAME = "$groups";

    public static final String INTERVAL = "$interval";
    public static final String EXTRACT = "$extract";
    public static final String TRIM = "$trim";
    public static final String SUBSTRING = "$substring";
    public static final String POSITION = "$position";
    public static final String OVERLAY = "$overlay";
    public static final String DATE = "$date";
    public static final String TIME = "$time";
    public static final String TIMESTAMP = "$timestamp";
    public static final String TIMESTAMP_ZONED = "$timestamptz";
    static final String TYPE_PREFIX = "$type";

    private static final Set<String> WITH_TOKENS =
            Set.of(INTERVAL, EXTRACT, TRIM, DATE, TIME, TIMESTAMP, TIMESTAMP_ZONED);

    private Internal() {}

    /** True for functions whose literal arguments may be words or numbers of the user's text. */
    public static boolean takesToken(String function) {
        return WITH_TOKENS.contains(function);
    }
}
