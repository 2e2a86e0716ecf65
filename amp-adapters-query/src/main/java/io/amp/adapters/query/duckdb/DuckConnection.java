package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection: one statement runs at a time, and only one result is open at a time.
 *
 * <p>Calls from several threads exclude each other; {@link #interrupt()} and {@link #close()} may come from any thread at any moment.
 *
 * <p>An interrupt works like that of a thread: it stops what runs, and when nothing runs it makes the next call fail, so that one that comes
 * between two calls is not lost. The failure ({@link DuckError#INTERRUPT}) uses it up.
 */
public final class DuckConnection implements AutoCloseable {
    private final DuckDb database;
    private final Set<DuckStatement> statements = new HashSet<>();
    /** Held during every use of the handle except the interrupt. */
    private final ReentrantLock use = new ReentrantLock();
    /** Keeps the handle alive while an interrupt uses it. */
    private final Object interruption = new Object();

    private long handle;
    private volatile boolean interrupted;

    DuckConnection(DuckDb database, long handle) {
        this.database = database;
        this.handle = handle;
    }

    /**
     * Parses, binds and plans one statement.
     *
     * @throws DuckException the statement is wrong ({@code PARSER}, {@code BINDER}, {@code CATALOG}, …), not exactly one, or interrupted
     */
    public DuckStatement prepare(String sql) {
        acquire();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            MemorySegment text = Native.cString(arena, sql);
            long state = Native.PREPARE.call(handle, text.address(), out.address());
            long prepared = out.get(ValueLayout.JAVA_LONG, 0);
            if (state != Native.SUCCESS) {
                String message = Memory.text(Native.PREPARE_ERROR.call(prepared));
                Native.destroy(Native.DESTROY_PREPARE, prepared);
                throw failure(DuckError.ofPrefix(message), message);
            }
            DuckStatement statement = new DuckStatement(this, prepared);
            statements.add(statement);
            return statement;
        } finally {
            release();
        }
    }

    /** Runs one or more statements to their end and drops their rows. */
    public void run(String sql) {
        acquire();
        try (Arena arena = Arena.ofConfined()) {
            closeResults();
            MemorySegment result = arena.allocate(Native.RESULT);
            MemorySegment text = Native.cString(arena, sql);
            long state = Native.QUERY.call(handle, text.address(), result.address());
            try {
                if (state != Native.SUCCESS) {
                    throw failure(result);
                }
            } finally {
                Native.DESTROY_RESULT.call(result.address());
            }
        } finally {
            release();
        }
    }

    /** Stops what runs, or makes the next call fail. Does nothing to a closed connection. */
    public void interrupt() {
        synchronized (interruption) {
            if (handle != 0) {
                interrupted = true;
                Native.INTERRUPT.call(handle);
            }
        }
    }

    /** Interrupts what runs in another thread, waits for it, closes all results and statements. */
    @Override
    public void close() {
        acquireInterrupting();
        try {
            if (handle == 0) {
                return;
            }
            List.copyOf(statements).forEach(DuckStatement::close);
            synchronized (interruption) {
                Native.destroy(Native.DISCONNECT, handle);
                handle = 0;
            }
        } finally {
            release();
        }
        database.forget(this);
    }

    /** @throws IllegalStateException the connection is closed */
    void acquire() {
        use.lock();
        if (handle == 0) {
            use.unlock();
            throw new IllegalStateException("the connection is closed");
        }
        try {
            checkInterrupt();
        } catch (DuckException e) {
            use.unlock();
            throw e;
        }
    }

    /** For closing: stops a call that another thread is in, and works on a closed connection. */
    void acquireInterrupting() {
        if (!use.tryLock()) {
            interrupt();
            use.lock();
        }
    }

    void release() {
        use.unlock();
    }

    /** @throws DuckException an interrupt came since the last call */
    void checkInterrupt() {
        if (interrupted) {
            throw failure(DuckError.INTERRUPT, "INTERRUPT Error: Interrupted!");
        }
    }

    /**
     * To be called after each start of an execution, which makes the engine forget an earlier interrupt: one that the start wiped out is found
     * here, a later one is in effect.
     *
     * @throws DuckException an interrupt came since the last call
     */
    void checkInterruptAfterStart() {
        if (interrupted) {
            stopTasks();
            checkInterrupt();
        }
    }

    /** Lets the engine's own threads stop; destroying an execution only waits for them. The next start forgets it. */
    void stopTasks() {
        Native.INTERRUPT.call(handle);
    }

    DuckException failure(DuckError error, String message) {
        if (error == DuckError.INTERRUPT) {
            interrupted = false;
        }
        database.noteFailure(error);
        return DuckException.reported(error, message);
    }

    DuckException failure(MemorySegment result) {
        String message = Memory.text(Native.RESULT_ERROR.call(result.address()));
        DuckError error = DuckError.ofCode((int) Native.RESULT_ERROR_TYPE.call(result.address()));
        return failure(error == DuckError.INVALID ? DuckError.ofPrefix(message) : error, message);
    }

    /** What was to be interrupted is over. */
    void forgetInterrupt() {
        interrupted = false;
    }

    void closeResults() {
        statements.forEach(DuckStatement::closeResult);
    }

    void forget(DuckStatement statement) {
        statements.remove(statement);
    }
}
