/**
 * Datasets: names, revisions and manifests, and what may be registered.
 *
 * <p>A manifest is immutable and named by its hash; a release is a manifest with a version tag, and a revision is
 * what a user types to choose one. Validation finds every fault of a manifest at once and names where it stands.
 */
@NullMarked
package io.amp.core.dataset;

import org.jspecify.annotations.NullMarked;
