/**
 * Running plans: which files a statement reads, the locked-down database that reads them, and the stream of batches that comes out.
 */
@NullMarked
package io.amp.adapters.query.exec;

import org.jspecify.annotations.NullMarked;
