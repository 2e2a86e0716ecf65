package io.amp.core.dataset;

import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetName;
import io.amp.ports.dataset.DatasetReference;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.dataset.ManifestHash;
import io.amp.ports.dataset.SemanticVersion;
import io.amp.ports.error.AmpException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dataset references as people write them (datasets specification, sections 1.2 to 1.4). Every failure is an {@link AmpException} with
 * {@link DatasetError#INVALID_REFERENCE} that names the bad part and repeats it.
 */
public final class References {
    private static final String PACKAGE_PREFIX = "pkg:amp/";
    /** Spelling of the first generation: {@code name__1_2_0}. */
    private static final Pattern UNDERSCORED = Pattern.compile("(.*)__([0-9]+)_([0-9]+)_([0-9]+)", Pattern.DOTALL);

    private References() {}

    /** {@code [namespace/]name[@revision]}; the namespace defaults to {@code _}. */
    public static DatasetReference parse(String text) {
        String rest = withoutPrefix(text);
        int at = rest.indexOf('@');
        DatasetName name = name(text, at < 0 ? rest : rest.substring(0, at));
        return new DatasetReference(name, at < 0 ? null : revision(text, rest.substring(at + 1)));
    }

    /** {@code namespace/name@revision} with all three parts. */
    public static DatasetReference parseFull(String text) {
        String rest = withoutPrefix(text);
        int at = rest.indexOf('@');
        if (at < 0) {
            throw invalid(text, "missing '@'");
        }
        if (rest.lastIndexOf('/', at) < 0) {
            throw invalid(text, "missing '/'");
        }
        return parse(text);
    }

    /**
     * A command-line dataset: a partial reference, or the first generation's {@code name__1_2_0}, which means {@code _/name@1.2.0}. A
     * name with {@code __} but without such an ending is an ordinary name.
     */
    public static DatasetReference parseWithUnderscores(String text) {
        Matcher matcher = UNDERSCORED.matcher(text);
        if (!matcher.matches() || !DatasetName.isValidName(matcher.group(1))) {
            return parse(text);
        }
        String version = matcher.group(2) + "." + matcher.group(3) + "." + matcher.group(4);
        return new DatasetReference(
                new DatasetName(DatasetName.DEFAULT_NAMESPACE, matcher.group(1)), revision(text, version));
    }

    /** A revision alone: {@code latest}, {@code dev}, 64 hex digits or a version. */
    public static DatasetRevision parseRevision(String text) {
        return revision(text, text);
    }

    private static String withoutPrefix(String text) {
        return text.startsWith(PACKAGE_PREFIX) ? text.substring(PACKAGE_PREFIX.length()) : text;
    }

    private static DatasetName name(String whole, String qualified) {
        int slash = qualified.indexOf('/');
        String namespace = slash < 0 ? DatasetName.DEFAULT_NAMESPACE : qualified.substring(0, slash);
        String name = qualified.substring(slash + 1);
        if (!DatasetName.isValidNamespace(namespace)) {
            throw invalid(whole, namespace.isEmpty() ? "empty namespace" : "invalid namespace '" + namespace + "'");
        }
        if (!DatasetName.isValidName(name)) {
            throw invalid(whole, name.isEmpty() ? "empty name" : "invalid name '" + name + "'");
        }
        return new DatasetName(namespace, name);
    }

    private static DatasetRevision revision(String whole, String text) {
        if (text.equals("latest")) {
            return new DatasetRevision.Latest();
        }
        if (text.equals("dev")) {
            return new DatasetRevision.Dev();
        }
        if (ManifestHash.isValid(text)) {
            return new DatasetRevision.Hashed(new ManifestHash(text));
        }
        if (SemanticVersion.isValid(text)) {
            return new DatasetRevision.Tagged(new SemanticVersion(text));
        }
        throw invalid(
                whole,
                "invalid revision '" + text + "', expected a semantic version, a 64-character hash, 'latest' or 'dev'");
    }

    private static AmpException invalid(String whole, String reason) {
        return new AmpException(DatasetError.INVALID_REFERENCE, "invalid dataset reference '" + whole + "': " + reason);
    }
}
