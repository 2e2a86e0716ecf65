package io.amp.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The walls of the architecture as tables, checked by {@link ArchitectureTest}.
 *
 * <p>Adding a package: give it a line in {@link #PARTS} if it is a part of its own, and once it holds classes, one in
 * {@link #FILLED}. Adding a library to the core needs a decision record.
 */
final class Architecture {

    /** What any part may use besides its own row. */
    private static final List<String> EVERYWHERE = List.of("java..", "org.jspecify..");

    private static final String PORTS = "io.amp.ports..";
    private static final String EVM = "io.amp.evm..";
    private static final String SLF4J = "org.slf4j..";
    private static final String JACKSON = "com.fasterxml.jackson..";
    private static final String ARROW = "org.apache.arrow..";
    private static final String GRPC = "io.grpc..";
    private static final String PROTOBUF = "com.google.protobuf..";

    /** A part of the system: the packages it consists of, and what it may use besides itself. Allow-lists throughout. */
    record Part(String home, List<String> uses) {

        /** Everything a class of this part may depend on. */
        String[] allowed() {
            var all = new ArrayList<>(EVERYWHERE);
            all.add(home);
            all.addAll(uses);
            return all.toArray(String[]::new);
        }
    }

    static final List<Part> PARTS = List.of(
            part("io.amp.ports..", "org.apache.arrow.vector..", "org.apache.arrow.memory.."),
            part("io.amp.evm.."),
            part(
                    "io.amp.core..",
                    PORTS,
                    EVM,
                    SLF4J,
                    "com.fasterxml.jackson.core..",
                    "com.fasterxml.jackson.databind..",
                    "org.apache.arrow.vector..",
                    "org.apache.arrow.memory.."),
            part(
                    "io.amp.adapters.postgres..",
                    PORTS,
                    SLF4J,
                    JACKSON,
                    "javax.net..",
                    "javax.sql..",
                    "com.zaxxer.hikari..",
                    "liquibase..",
                    "org.apache.commons.compress..",
                    "org.jdbi..",
                    "org.postgresql..",
                    "org.tukaani.xz.."),
            part(
                    "io.amp.adapters.objectstore..",
                    PORTS,
                    SLF4J,
                    ARROW,
                    "com.github.luben.zstd..",
                    "io.minio..",
                    "okhttp3..",
                    "org.apache.hadoop.conf..",
                    "org.apache.parquet..",
                    "org.tomlj..",
                    JACKSON,
                    "com.aayushatharva.brotli4j..",
                    "org.xerial.snappy..",
                    "io.airlift.compress.."),
            part(
                    "io.amp.adapters.query..",
                    PORTS,
                    EVM,
                    SLF4J,
                    ARROW,
                    "com.google.common.collect..",
                    "com.sun.management..",
                    "org.apache.calcite..",
                    "org.duckdb..",
                    "org.graalvm.polyglot.."),
            part("io.amp.adapters.sources..", PORTS, EVM, SLF4J, ARROW, JACKSON, GRPC, PROTOBUF, "javax.net.ssl.."),
            part(
                    "io.amp.adapters.http..",
                    PORTS,
                    SLF4J,
                    ARROW,
                    JACKSON,
                    "com.aayushatharva.brotli4j..",
                    "io.javalin..",
                    "jakarta.servlet..",
                    "kotlin..",
                    "org.eclipse.jetty.."),
            part("io.amp.adapters.flight..", PORTS, SLF4J, ARROW, GRPC, PROTOBUF, "io.netty.."),
            part("io.amp.client..", PORTS, SLF4J, ARROW, GRPC),
            part(
                    "io.amp.ampsync..",
                    PORTS,
                    SLF4J,
                    ARROW,
                    "io.amp.client..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.tomlj..",
                    "picocli.."),
            part(
                    "io.amp.app..",
                    PORTS,
                    EVM,
                    SLF4J,
                    ARROW,
                    JACKSON,
                    "io.amp.core..",
                    "io.amp.adapters..",
                    "io.amp.client..",
                    "io.amp.ampsync..",
                    "com.sun.net.httpserver..",
                    "org.tomlj..",
                    "picocli.."));

    /** The packages of the core that may look into vectors; the others use Arrow's schema model alone. */
    static final String[] VECTORS_ALLOWED_IN = {"io.amp.core.verify.."};

    /** Packages that the rules may count on to hold classes; a rule about an empty package cannot fail. */
    static final Set<String> FILLED = Set.of(
            "io.amp.ports..",
            "io.amp.core.dataset..",
            "io.amp.core.verify..",
            "io.amp.evm..",
            "io.amp.ampsync..",
            "io.amp.core.chain..",
            "io.amp.core.concurrent..",
            "io.amp.core.job..",
            "io.amp.core.materialize..",
            "io.amp.core.provider..",
            "io.amp.core.query..",
            "io.amp.adapters.flight..",
            "io.amp.adapters.http.admin..",
            "io.amp.adapters.http.jsonl..",
            "io.amp.adapters.objectstore.parquet..",
            "io.amp.adapters.objectstore.provider..",
            "io.amp.adapters.postgres.embedded..",
            "io.amp.adapters.query.duckdb..",
            "io.amp.adapters.sources.evmrpc..",
            "io.amp.app.cli..",
            "io.amp.app.config..",
            "io.amp.app.demo..",
            "io.amp.app.node..");

    /** Trees whose direct subpackages are features: these may use one another, but not in a circle. */
    static final List<String> FEATURE_TREES = List.of("io.amp.evm", "io.amp.core", "io.amp.app");

    /** A library with the only packages that may know it. Named by a class, so that a misspelling does not compile. */
    record Library(Class<?> representative, String... homes) {

        String tree() {
            return representative.getPackageName() + "..";
        }
    }

    static final List<Library> LIBRARIES = List.of(
            new Library(io.javalin.Javalin.class, "io.amp.adapters.http.."),
            new Library(org.jdbi.v3.core.Jdbi.class, "io.amp.adapters.postgres.."),
            new Library(liquibase.Liquibase.class, "io.amp.adapters.postgres.."),
            new Library(com.zaxxer.hikari.HikariDataSource.class, "io.amp.adapters.postgres.."),
            new Library(io.minio.MinioClient.class, "io.amp.adapters.objectstore.."),
            new Library(org.apache.parquet.hadoop.ParquetWriter.class, "io.amp.adapters.objectstore.."),
            new Library(org.apache.calcite.sql.SqlNode.class, "io.amp.adapters.query.."),
            new Library(org.duckdb.DuckDBDriver.class, "io.amp.adapters.query.."),
            new Library(
                    io.grpc.Channel.class, "io.amp.adapters.flight..", "io.amp.adapters.sources..", "io.amp.client.."),
            new Library(picocli.CommandLine.class, "io.amp.app..", "io.amp.ampsync.."));

    /** An effect on or of the world outside, by class and method; no names means every method. */
    record Effect(Class<?> owner, Set<String> names) {}

    /** What the core reaches only through the ports of {@code io.amp.ports.runtime}. */
    static final List<Effect> EFFECTS = List.of(
            new Effect(Thread.class, Set.of("<init>", "sleep", "ofVirtual", "ofPlatform", "startVirtualThread")),
            new Effect(java.util.Timer.class, Set.of()),
            new Effect(java.util.concurrent.Executors.class, Set.of()),
            new Effect(java.util.concurrent.ThreadPoolExecutor.class, Set.of()),
            new Effect(java.util.concurrent.ForkJoinPool.class, Set.of()),
            new Effect(java.util.concurrent.TimeUnit.class, Set.of("sleep", "timedJoin", "timedWait")),
            new Effect(java.util.concurrent.ThreadLocalRandom.class, Set.of()),
            new Effect(java.util.Random.class, Set.of("<init>")),
            new Effect(java.security.SecureRandom.class, Set.of()),
            new Effect(Math.class, Set.of("random")),
            new Effect(java.util.UUID.class, Set.of("randomUUID")),
            new Effect(
                    System.class,
                    Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "setProperty", "exit")),
            new Effect(java.time.Instant.class, Set.of("now")),
            new Effect(java.time.LocalDate.class, Set.of("now")),
            new Effect(java.time.LocalDateTime.class, Set.of("now")),
            new Effect(java.time.OffsetDateTime.class, Set.of("now")),
            new Effect(java.time.ZonedDateTime.class, Set.of("now")),
            new Effect(java.time.Clock.class, Set.of("system", "systemUTC", "systemDefaultZone")));

    /** The one place in the core where threads are made. */
    static final String EFFECTS_ALLOWED_IN = "io.amp.core.concurrent..";

    private static Part part(String home, String... uses) {
        return new Part(home, List.of(uses));
    }

    private Architecture() {}
}
