/**
 * Configured data sources: which provider serves a dataset, and what may be shown of one (datasets specification, section 8).
 *
 * <p>Decisions are pure: {@link io.amp.core.provider.EnvironmentVariables} fills in {@code ${NAME}}, {@link
 * io.amp.core.provider.ProviderKeys} checks keys per kind, {@link io.amp.core.provider.ProviderChoice} orders candidates, {@link
 * io.amp.core.provider.Secrets} redacts. {@link io.amp.core.provider.ChainSources} acts on them and hands out sources that move to
 * another provider when theirs fails; {@link io.amp.core.provider.ProviderRegistryService} serves the Admin API.
 */
@NullMarked
package io.amp.core.provider;

import org.jspecify.annotations.NullMarked;
