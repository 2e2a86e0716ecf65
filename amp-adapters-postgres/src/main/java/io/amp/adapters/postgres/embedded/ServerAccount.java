package io.amp.adapters.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/*
 * Implementation note
 *
 * PostgreSQL refuses to run as root. As root, Amp therefore runs it as the user that owns the cluster, for a new cluster as "postgres" or
 * "nobody". A project below root's home is closed to such a user; then the server keeps one capability, to pass through folders
 * (CAP_DAC_OVERRIDE as an ambient capability), which root can give it with setpriv.
 */

/** As whom the server's programs run. */
sealed interface ServerAccount {
    /** A command line that runs the program as this account. */
    List<String> command(List<String> program);

    /** Makes a folder, and what is in it, the account's own. */
    void own(Path folder) throws IOException;

    /** The user that runs Amp. */
    record Same() implements ServerAccount {
        @Override
        public List<String> command(List<String> program) {
            return program;
        }

        @Override
        public void own(Path folder) {
            // What this user made is its own.
        }
    }

    /**
     * Another user, taken on by root.
     *
     * @param prefix words before the program
     */
    record Other(int uid, int gid, List<String> prefix) implements ServerAccount {
        @Override
        public List<String> command(List<String> program) {
            List<String> words = new ArrayList<>(prefix);
            words.addAll(program);
            return words;
        }

        @Override
        public void own(Path folder) throws IOException {
            Folders.setOwnerOfAll(folder, uid, gid);
        }
    }

    record User(String name, int uid, int gid) {}

    /**
     * @param cluster the cluster's folder, whether it exists or not; its parent exists
     * @param bin folder of the programs
     */
    static ServerAccount forCluster(Path cluster, Path bin) {
        try {
            Path probe = Files.createTempFile(cluster.getParent(), ".owner", "");
            int self;
            try {
                self = Folders.uid(probe);
            } finally {
                Files.delete(probe);
            }
            if (self != 0) {
                return new Same();
            }
            User user = unprivilegedUser(cluster);
            boolean reachable = Folders.isReachableByAll(cluster) && Folders.isReachableByAll(bin.resolve("postgres"));
            return new Other(user.uid, user.gid, prefix(user, reachable));
        } catch (IOException e) {
            throw new ManagedPostgresException("cannot look at " + cluster.getParent() + ": " + e.getMessage(), e);
        }
    }

    private static User unprivilegedUser(Path cluster) throws IOException {
        List<User> users = users();
        if (Files.exists(cluster.resolve("PG_VERSION"))) {
            int owner = Folders.uid(cluster);
            if (owner != 0) {
                return users.stream()
                        .filter(user -> user.uid == owner)
                        .findFirst()
                        .orElse(new User("#" + owner, owner, owner));
            }
        }
        return Stream.of("postgres", "nobody")
                .flatMap(name -> users.stream().filter(user -> user.name.equals(name)))
                .filter(user -> user.uid != 0)
                .findFirst()
                .orElseThrow(() -> new ManagedPostgresException(
                        "PostgreSQL does not run as root, and there is neither a user 'postgres' nor 'nobody' to run it as:"
                                + " start ampd as another user, or set metadata_db.url"));
    }

    private static List<User> users() throws IOException {
        List<User> users = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.UTF_8)) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 4 && fields[2].matches("\\d{1,9}") && fields[3].matches("\\d{1,9}")) {
                users.add(new User(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
            }
        }
        return users;
    }

    private static List<String> prefix(User user, boolean reachable) {
        List<String> setpriv = List.of("setpriv", "--reuid=" + user.uid, "--regid=" + user.gid, "--clear-groups");
        List<String> passing = new ArrayList<>(setpriv);
        passing.addAll(List.of("--inh-caps=+dac_override", "--ambient-caps=+dac_override"));
        List<List<String>> candidates = reachable
                ? List.of(
                        setpriv,
                        List.of("runuser", "-u", user.name, "--"),
                        List.of("su", "-s", "/bin/sh", user.name, "-c", "exec \"$0\" \"$@\"", "--"))
                : List.of(passing);
        Optional<List<String>> working =
                candidates.stream().filter(ServerAccount::works).findFirst();
        return working.orElseThrow(() -> new ManagedPostgresException(
                reachable
                        ? "PostgreSQL does not run as root, and none of setpriv, runuser and su can run it as '"
                                + user.name + "': start ampd as another user, or set metadata_db.url"
                        : "PostgreSQL does not run as root, and user '" + user.name
                                + "' cannot pass through the folders above the project: move it to a folder that others can pass"
                                + " through, start ampd as another user, or set metadata_db.url"));
    }

    private static boolean works(List<String> prefix) {
        List<String> words = new ArrayList<>(prefix);
        words.add("true");
        try {
            return Commands.run(words).exitCode() == 0;
        } catch (ManagedPostgresException notInstalled) {
            return false;
        }
    }
}
