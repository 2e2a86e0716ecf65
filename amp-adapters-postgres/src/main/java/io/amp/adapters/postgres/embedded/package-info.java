/**
 * The PostgreSQL server of dev mode: real server programs that come with the distribution, run on a folder of the project, as an
 * unprivileged user even when Amp itself runs as root. For development only: it gives up durability for speed.
 */
@NullMarked
package io.amp.adapters.postgres.embedded;

import org.jspecify.annotations.NullMarked;
