package io.amp.testkit.runtime;

import io.amp.ports.runtime.TaskScope;
import io.amp.ports.runtime.Tasks;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Runs every task to its end where it is forked; after a failure, later tasks do not start. */
public final class InlineTasks implements Tasks {
    @Override
    public TaskScope open(String name) {
        return new InlineScope();
    }

    private static final class InlineScope implements TaskScope {
        private @Nullable Throwable failure;

        @Override
        public <T> Task<T> fork(String name, Callable<T> work) {
            InlineTask<T> task = new InlineTask<>();
            if (failure == null) {
                try {
                    task.result = work.call();
                    task.succeeded = true;
                } catch (Exception e) {
                    failure = e;
                }
            }
            return task;
        }

        @Override
        public <T> Task<T> forkComputing(String name, Callable<T> work) {
            return fork(name, work);
        }

        @Override
        public void join() throws InterruptedException {
            switch (failure) {
                case null -> {}
                case RuntimeException unchecked -> throw unchecked;
                case InterruptedException interrupted -> throw interrupted;
                default -> throw new CompletionException(failure);
            }
        }

        @Override
        public void cancel() {}

        @Override
        public void close() {}
    }

    private static final class InlineTask<T> implements TaskScope.Task<T> {
        private boolean succeeded;
        private @Nullable T result;

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // a null result is what the task returned
        public T result() {
            if (!succeeded) {
                throw new IllegalStateException("the task failed");
            }
            return result;
        }
    }
}
