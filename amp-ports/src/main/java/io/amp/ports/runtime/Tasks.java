package io.amp.ports.runtime;

/** Opens task scopes; the only way core code gets concurrency. Thread-safe. */
public interface Tasks {
    /** @param name part of the thread names, for stack dumps */
    TaskScope open(String name);
}
