package io.amp.core.concurrent;

import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;

/** Scopes whose tasks run on virtual threads. */
public final class VirtualThreadTasks implements Tasks {
    @Override
    public TaskScope open(String name) {
        return new VirtualThreadScope(name);
    }
}
