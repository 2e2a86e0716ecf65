package io.amp.adapters.http.jsonl;

/** Writes values of one Arrow vector as JSON; bound to one batch. */
interface ValueRenderer {
    boolean isNull(int row);

    /** Only for rows that are not null. */
    void render(int row, JsonBuffer out);
}
