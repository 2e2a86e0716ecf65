/**
 * What a dataset is called and described by. {@code namespace/name} is a {@link io.amp.ports.dataset.DatasetName}; what a user types is a
 * {@link io.amp.ports.dataset.DatasetReference} (revision optional); what it resolves to, once, is a
 * {@link io.amp.ports.dataset.DatasetVersion} (name and manifest hash). Manifests are immutable; {@link io.amp.ports.dataset.Manifest} is the
 * decoded form, its canonical bytes live in the manifest store under their hash.
 */
@NullMarked
package io.amp.ports.dataset;

import org.jspecify.annotations.NullMarked;
