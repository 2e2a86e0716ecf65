/**
 * {@code ampd dev --demo}: recorded blocks of public chains, a JSON-RPC node that replays them, and a tour that extracts and queries
 * them. Nothing here is used outside the demo.
 */
@NullMarked
package io.amp.app.demo;

import org.jspecify.annotations.NullMarked;
