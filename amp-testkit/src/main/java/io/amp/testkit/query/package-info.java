/** Query answers without an engine, for tests of what stands in front of one. */
@NullMarked
package io.amp.testkit.query;

import org.jspecify.annotations.NullMarked;
