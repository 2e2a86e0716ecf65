/**
 * Arrow data crossing ports: the only ports package that imports Arrow. Ownership moves with the value: whoever receives a
 * {@link io.amp.ports.batch.RecordBatch} closes it, unless the method says it only reads. Allocators come from the application.
 */
@NullMarked
package io.amp.ports.batch;

import org.jspecify.annotations.NullMarked;
