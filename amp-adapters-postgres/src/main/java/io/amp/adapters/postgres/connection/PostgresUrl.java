package io.amp.adapters.postgres.connection;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Address of a database in libpq's URI form ({@code postgresql://user:password@host:port/database?sslmode=require}), translated to what
 * the JDBC driver wants. A host that begins with a slash is the directory of a Unix-domain socket. {@link #toString()} holds neither
 * user nor password.
 */
public final class PostgresUrl {
    private static final int DEFAULT_PORT = 5432;

    /** libpq's parameters under the names of the driver; values are the same unless {@link Parser} says otherwise. */
    private static final Map<String, PGProperty> PARAMETERS = Map.ofEntries(
            Map.entry("application_name", PGProperty.APPLICATION_NAME),
            Map.entry("channel_binding", PGProperty.CHANNEL_BINDING),
            Map.entry("connect_timeout", PGProperty.CONNECT_TIMEOUT),
            Map.entry("gssencmode", PGProperty.GSS_ENC_MODE),
            Map.entry("keepalives", PGProperty.TCP_KEEP_ALIVE),
            Map.entry("krbsrvname", PGProperty.KERBEROS_SERVER_NAME),
            Map.entry("options", PGProperty.OPTIONS),
            Map.entry("require_auth", PGProperty.REQUIRE_AUTH),
            Map.entry("sslcert", PGProperty.SSL_CERT),
            Map.entry("sslkey", PGProperty.SSL_KEY),
            Map.entry("sslmode", PGProperty.SSL_MODE),
            Map.entry("sslnegotiation", PGProperty.SSL_NEGOTIATION),
            Map.entry("sslpassword", PGProperty.SSL_PASSWORD),
            Map.entry("sslrootcert", PGProperty.SSL_ROOT_CERT),
            Map.entry("target_session_attrs", PGProperty.TARGET_SERVER_TYPE));

    /** What libpq knows but a JDBC connection has no use for. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "client_encoding",
            "fallback_application_name",
            "keepalives_idle",
            "keepalives_interval",
            "keepalives_count",
            "tcp_user_timeout",
            "load_balance_hosts",
            "sslcompression",
            "sslsni",
            "statement-cache-capacity");

    private record Host(String name, int port) {}

    private final List<Host> hosts;
    private final @Nullable Path socketDirectory;
    private final int socketPort;
    private final String database;
    private final Properties properties;

    private PostgresUrl(
            List<Host> hosts, @Nullable Path socketDirectory, int socketPort, String database, Properties properties) {
        this.hosts = List.copyOf(hosts);
        this.socketDirectory = socketDirectory;
        this.socketPort = socketPort;
        this.database = database;
        this.properties = properties;
    }

    /** @throws IllegalArgumentException saying what is wrong, without user or password */
    public static PostgresUrl parse(String text) {
        return new Parser().parse(text);
    }

    /** The same server and credentials, another database. */
    public PostgresUrl withDatabase(String name) {
        return new PostgresUrl(hosts, socketDirectory, socketPort, name, properties);
    }

    public String database() {
        return database;
    }

    /** True when the server is reached through a Unix-domain socket. */
    public boolean isLocalSocket() {
        return socketDirectory != null;
    }

    String jdbcUrl() {
        var url = new StringBuilder("jdbc:postgresql://");
        if (socketDirectory != null) {
            // The driver insists on a host; the socket factory does not look at it.
            url.append("localhost");
        } else {
            for (int i = 0; i < hosts.size(); i++) {
                Host host = hosts.get(i);
                url.append(i == 0 ? "" : ",");
                url.append(host.name.contains(":") ? "[" + host.name + "]" : host.name);
                url.append(':').append(host.port);
            }
        }
        return url.append('/')
                .append(java.net.URLEncoder.encode(database, StandardCharsets.UTF_8)
                        .replace("+", "%20"))
                .toString();
    }

    /** Driver properties, secrets included; a fresh copy. */
    Properties driverProperties() {
        var copy = new Properties();
        copy.putAll(properties);
        if (socketDirectory != null) {
            PGProperty.SOCKET_FACTORY.set(copy, UnixSocketFactory.class.getName());
            PGProperty.SOCKET_FACTORY_ARG.set(
                    copy, socketDirectory.resolve(".s.PGSQL." + socketPort).toString());
            PGProperty.SSL_MODE.set(copy, "disable");
            PGProperty.GSS_ENC_MODE.set(copy, "disable");
        }
        return copy;
    }

    /** Host, port and database only. */
    @Override
    public String toString() {
        if (socketDirectory != null) {
            return "postgresql:///" + database + "?host=" + socketDirectory
                    + (socketPort == DEFAULT_PORT ? "" : "&port=" + socketPort);
        }
        List<String> addresses = hosts.stream()
                .map(host -> (host.name.contains(":") ? "[" + host.name + "]" : host.name) + ":" + host.port)
                .toList();
        return "postgresql://" + String.join(",", addresses) + "/" + database;
    }

    /** Collects the parts of one address. Errors never quote the text as a whole, because it may hold a password. */
    private static final class Parser {
        private @Nullable String user;
        private @Nullable String password;
        private @Nullable String database;
        private List<String> hostNames = List.of();
        private List<String> ports = List.of();
        private final Properties properties = new Properties();

        PostgresUrl parse(String text) {
            int scheme = text.indexOf("://");
            if (scheme < 0 || !List.of("postgresql", "postgres").contains(text.substring(0, scheme))) {
                throw new IllegalArgumentException("a database URL begins with postgresql:// or postgres://");
            }
            String rest = text.substring(scheme + 3);
            int question = rest.indexOf('?');
            if (question >= 0) {
                authorityAndPath(rest.substring(0, question));
                query(rest.substring(question + 1));
            } else {
                authorityAndPath(rest);
            }
            return build();
        }

        private void authorityAndPath(String text) {
            int slash = text.indexOf('/');
            String authority = slash < 0 ? text : text.substring(0, slash);
            if (slash >= 0 && slash + 1 < text.length()) {
                database = decode(text.substring(slash + 1));
            }
            int at = authority.lastIndexOf('@');
            if (at >= 0) {
                String credentials = authority.substring(0, at);
                int colon = credentials.indexOf(':');
                user = nonEmpty(decode(colon < 0 ? credentials : credentials.substring(0, colon)));
                password = colon < 0 ? null : decode(credentials.substring(colon + 1));
            }
            hosts(authority.substring(at + 1));
        }

        private void hosts(String text) {
            if (text.isEmpty()) {
                return;
            }
            List<String> names = new ArrayList<>();
            List<String> portTexts = new ArrayList<>();
            for (String address : text.split(",", -1)) {
                int bracket = address.startsWith("[") ? address.indexOf(']') : -1;
                if (address.startsWith("[") && bracket < 0) {
                    throw new IllegalArgumentException("database URL: an IPv6 address ends with ']'");
                }
                int colon = address.indexOf(':', bracket + 1);
                String name = colon < 0 ? address : address.substring(0, colon);
                names.add(decode(bracket > 0 ? name.substring(1, bracket) : name));
                portTexts.add(colon < 0 ? "" : address.substring(colon + 1));
            }
            hostNames = names;
            ports = portTexts;
        }

        private void query(String text) {
            Map<String, String> parameters = new LinkedHashMap<>();
            for (String pair : text.split("&", -1)) {
                if (pair.isEmpty()) {
                    continue;
                }
                int equals = pair.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException("database URL: parameter '" + decode(pair) + "' has no value");
                }
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
            parameters.forEach(this::parameter);
        }

        private void parameter(String name, String value) {
            switch (name) {
                case "host", "hostaddr" -> hostNames = List.of(value.split(",", -1));
                case "port" -> ports = List.of(value.split(",", -1));
                case "user" -> user = value;
                case "password" -> password = value;
                case "dbname" -> database = value;
                default -> driverParameter(name, value);
            }
        }

        private void driverParameter(String name, String value) {
            PGProperty property = PARAMETERS.get(name);
            if (property == null) {
                property = PGProperty.forName(name);
            }
            if (property != null) {
                if (name.equals("sslrootcert") && value.equals("system")) {
                    PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
                    return;
                }
                property.set(properties, driverValue(name, value));
            } else if (!WITHOUT_EFFECT.contains(name)) {
                throw new IllegalArgumentException("database URL: unknown parameter '" + name + "'");
            }
        }

        private static String driverValue(String name, String value) {
            return switch (name) {
                case "keepalives" -> value.equals("0") ? "false" : "true";
                case "sslmode" -> {
                    if (!List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
                            .contains(value)) {
                        throw new IllegalArgumentException("database URL: unknown sslmode '" + value
                                + "' (disable, allow, prefer, require, verify-ca, verify-full)");
                    }
                    yield value;
                }
                case "target_session_attrs" ->
                    switch (value) {
                        case "read-write", "primary" -> "primary";
                        case "read-only", "standby" -> "secondary";
                        case "prefer-standby" -> "preferSecondary";
                        default -> value;
                    };
                default -> value;
            };
        }

        private PostgresUrl build() {
            String name = user != null ? user : System.getProperty("user.name", "postgres");
            PGProperty.USER.set(properties, name);
            if (password != null) {
                PGProperty.PASSWORD.set(properties, password);
            }
            List<Host> hosts = new ArrayList<>();
            for (int i = 0; i < Math.max(hostNames.size(), 1); i++) {
                String host = i < hostNames.size() ? hostNames.get(i) : "";
                String port = i < ports.size() ? ports.get(i) : ports.size() == 1 ? ports.getFirst() : "";
                hosts.add(new Host(host.isEmpty() ? "localhost" : host, port(port)));
            }
            Host first = hosts.getFirst();
            boolean local = first.name.startsWith("/");
            if (hosts.size() > 1 && hosts.stream().anyMatch(host -> host.name.startsWith("/"))) {
                throw new IllegalArgumentException(
                        "database URL: a socket directory stands alone, not in a list of hosts");
            }
            return new PostgresUrl(
                    hosts,
                    local ? Path.of(first.name) : null,
                    first.port,
                    database != null && !database.isEmpty() ? database : name,
                    properties);
        }

        private static int port(String text) {
            if (text.isEmpty()) {
                return DEFAULT_PORT;
            }
            try {
                int port = Integer.parseInt(text);
                if (port >= 1 && port <= 65_535) {
                    return port;
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("database URL: '" + text + "' is no port", e);
            }
            throw new IllegalArgumentException("database URL: '" + text + "' is no port");
        }

        private static @Nullable String nonEmpty(String text) {
            return text.isEmpty() ? null : text;
        }

        private static String decode(String text) {
            try {
                return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                // The decoder's message quotes what may be part of a password.
                throw new IllegalArgumentException("database URL: a percent sign is followed by two hex digits");
            }
        }
    }
}
