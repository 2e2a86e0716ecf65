/**
 * Java client: a typed stream of data, reorgs and watermarks, and a transactional stream on top of it that resumes
 * exactly.
 *
 * <p>The client shares the stream messages and block ranges of {@code io.amp.ports} and nothing of the core. The
 * caller brings the Arrow allocator.
 */
@NullMarked
package io.amp.client;

import org.jspecify.annotations.NullMarked;
