@NullMarked
package io.amp.adapters.http.jsonl;

import org.jspecify.annotations.NullMarked;
