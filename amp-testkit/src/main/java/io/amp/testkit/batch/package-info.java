/** Arrow batches from and to plain Java values, slow and obvious: what tests write expectations with. */
@NullMarked
package io.amp.testkit.batch;

import org.jspecify.annotations.NullMarked;
