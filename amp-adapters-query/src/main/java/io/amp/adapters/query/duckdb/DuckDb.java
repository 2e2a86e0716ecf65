package io.amp.adapters.query.duckdb;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One in-memory database of the engine: threads, memory and functions shared by its connections.
 *
 * <p>Safe for use by several threads. Closing it interrupts and closes its connections and waits for them.
 */
public final class DuckDb implements AutoCloseable {
    private final Object lock = new Object();
    private final Set<DuckConnection> connections = new HashSet<>();
    /** Function pointers given to the engine live as long as the database. */
    private final Arena functions = Arena.ofShared();

    private long handle;
    private long registrar;
    private volatile boolean suspect;

    private DuckDb(long handle) {
        this.handle = handle;
    }

    /** @throws DuckException a setting is refused, or the engine cannot start */
    public static DuckDb open(DuckSettings settings) {
        DuckDb database;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG, 2);
            long state = Native.OPEN_EXT.call(0, out.address(), 0, out.address() + Long.BYTES);
            if (state != Native.SUCCESS) {
                String message = Native.takeText(out.getAtIndex(ValueLayout.JAVA_LONG, 1));
                throw DuckException.reported(DuckError.ofPrefix(message), message);
            }
            database = new DuckDb(out.getAtIndex(ValueLayout.JAVA_LONG, 0));
        }
        try (DuckConnection connection = database.connect()) {
            for (String statement : configure(settings)) {
                connection.run(statement);
            }
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** The version of the loaded library, as {@code v2.0.0}. */
    public static String version() {
        return Memory.text(Native.LIBRARY_VERSION.call());
    }

    /*
     * The order matters: directories can only be granted before external access ends, and the lock comes last. The time zone decides the
     * text and the fields of zoned timestamps, which are UTC everywhere here.
     */
    private static List<String> configure(DuckSettings settings) {
        List<String> sql = new ArrayList<>();
        Map<String, String> options = new TreeMap<>(settings.options());
        sql.add("SET GLOBAL TimeZone = 'UTC'");
        sql.add("SET GLOBAL threads = " + settings.threads());
        sql.add("SET GLOBAL memory_limit = '" + settings.memoryLimitBytes() + "B'");
        Path temporary = settings.temporaryDirectory();
        sql.add("SET GLOBAL temp_directory = " + literal(temporary == null ? "" : temporary.toString()));
        if (temporary != null) {
            sql.add("SET GLOBAL max_temp_directory_size = '" + settings.temporaryBytesMax() + "B'");
        }
        options.forEach(
                (name, value) -> sql.add("SET GLOBAL \"" + name.replace("\"", "\"\"") + "\" = " + literal(value)));
        if (settings.locked()) {
            sql.add("SET GLOBAL autoinstall_known_extensions = false");
            sql.add("SET GLOBAL autoload_known_extensions = false");
            sql.add("SET GLOBAL allow_community_extensions = false");
            sql.add("SET GLOBAL allow_persistent_secrets = false");
            sql.add(settings.readableDirectories().stream()
                    .map(directory ->
                            literal(directory.toAbsolutePath().normalize().toString()))
                    .collect(Collectors.joining(", ", "SET GLOBAL allowed_directories = [", "]")));
            sql.add("SET GLOBAL enable_external_access = false");
            sql.add("SET GLOBAL lock_configuration = true");
        }
        return sql;
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** A connection, to be closed by the caller. Cheap enough for one per query. */
    public DuckConnection connect() {
        synchronized (lock) {
            requireOpen();
            DuckConnection connection = new DuckConnection(this, openConnection());
            connections.add(connection);
            return connection;
        }
    }

    /**
     * Adds a function, visible to all connections from their next statement on. Functions of one name given together are its overloads.
     * One with the name and the parameters of an earlier one takes its place for statements prepared later.
     *
     * What is registered stays in memory until the database is closed.
     *
     * @throws IllegalArgumentException two overloads have the same parameters, or not all have the same name
     * @throws DuckException the engine refuses it
     */
    public void register(ScalarFunction... overloads) {
        requireDistinct(
                Stream.of(overloads).map(ScalarFunction::name),
                Stream.of(overloads).map(ScalarFunction::parameters));
        synchronized (lock) {
            requireOpen();
            register(
                    overloads[0].name(),
                    Stream.of(overloads).map(f -> ScalarRegistration.create(f, functions)),
                    Native.CREATE_SCALAR_SET,
                    Native.ADD_SCALAR_TO_SET,
                    Native.REGISTER_SCALAR_SET,
                    Native.DESTROY_SCALAR,
                    Native.DESTROY_SCALAR_SET);
        }
    }

    /**
     * Adds an aggregate; otherwise like {@link #register(ScalarFunction...)}. The interface has no variable arguments for aggregates: give an
     * overload for each number.
     */
    public void register(AggregateFunction... overloads) {
        requireDistinct(
                Stream.of(overloads).map(AggregateFunction::name),
                Stream.of(overloads).map(AggregateFunction::parameters));
        synchronized (lock) {
            requireOpen();
            register(
                    overloads[0].name(),
                    Stream.of(overloads).map(f -> AggregateRegistration.create(f, functions)),
                    Native.CREATE_AGGREGATE_SET,
                    Native.ADD_AGGREGATE_TO_SET,
                    Native.REGISTER_AGGREGATE_SET,
                    Native.DESTROY_AGGREGATE,
                    Native.DESTROY_AGGREGATE_SET);
        }
    }

    /** The engine would keep the last of two and say nothing. */
    private static void requireDistinct(Stream<String> names, Stream<List<DuckType>> parameters) {
        Set<List<DuckType>> seen = new HashSet<>();
        if (names.distinct().count() != 1 || !parameters.allMatch(seen::add)) {
            throw new IllegalArgumentException("overloads need one name and different parameters");
        }
    }

    private void register(
            String name,
            Stream<Long> overloads,
            Native.Call1 createSet,
            Native.Call2 addToSet,
            Native.Call2 registerSet,
            Native.Call1 destroy,
            Native.Call1 destroySet) {
        List<Long> handles = new ArrayList<>();
        long set = 0;
        try (Arena arena = Arena.ofConfined()) {
            overloads.forEach(handles::add);
            set = createSet.call(Native.cString(arena, name).address());
            for (long handle : handles) {
                if (addToSet.call(set, handle) != Native.SUCCESS) {
                    throw new DuckException(
                            DuckError.CATALOG, "two overloads of " + name + " have the same parameters");
                }
            }
            if (registerSet.call(registrar(), set) != Native.SUCCESS) {
                throw new DuckException(DuckError.CATALOG, "the engine refuses the function " + name);
            }
        } finally {
            handles.forEach(handle -> Native.destroy(destroy, handle));
            Native.destroy(destroySet, set);
        }
    }

    /** The connection that registers; the others are their users'. */
    private long registrar() {
        if (registrar == 0) {
            registrar = openConnection();
        }
        return registrar;
    }

    private long openConnection() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
            if (Native.CONNECT.call(handle, out.address()) != Native.SUCCESS) {
                throw new DuckException(DuckError.CONNECTION, "the engine refuses a connection");
            }
            return out.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /**
     * Whether the engine still answers. After {@link DuckError#FATAL} or {@link DuckError#INTERNAL} it may refuse everything; the holder
     * then closes this database and opens another.
     */
    public boolean isUsable() {
        if (!suspect) {
            return true;
        }
        try (DuckConnection connection = connect()) {
            connection.run("SELECT 1");
            suspect = false;
            return true;
        } catch (DuckException e) {
            return false;
        }
    }

    void noteFailure(DuckError error) {
        if (error == DuckError.FATAL || error == DuckError.INTERNAL) {
            suspect = true;
        }
    }

    void forget(DuckConnection connection) {
        synchronized (lock) {
            connections.remove(connection);
        }
    }

    @Override
    public void close() {
        List<DuckConnection> open;
        long closing;
        long registering;
        synchronized (lock) {
            if (handle == 0) {
                return;
            }
            open = List.copyOf(connections);
            closing = handle;
            registering = registrar;
            handle = 0;
        }
        open.forEach(DuckConnection::close);
        Native.destroy(Native.DISCONNECT, registering);
        Native.destroy(Native.CLOSE, closing);
        functions.close();
    }

    private void requireOpen() {
        if (handle == 0) {
            throw new IllegalStateException("the database is closed");
        }
    }
}
