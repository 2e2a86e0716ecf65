package io.amp.app.cli;

import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ampd 0.1.0-3-g1a2b3c4}: the program's name and the source it was built from, as its jar's manifest tells. */
public final class ProductVersion implements IVersionProvider {

    @Spec
    private CommandSpec spec;

    ProductVersion() {}

    @Override
    public String[] getVersion() {
        var version = ProductVersion.class.getPackage().getImplementationVersion();
        // Built outside a repository, the manifest holds the build's expression as it was.
        var known = version != null && !version.startsWith("$");
        return new String[] {spec.root().name() + " " + (known ? version : "unknown")};
    }
}
