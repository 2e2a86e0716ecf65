package io.amp.testkit.storage;

import io.amp.ports.storage.ObjectStore;
import io.amp.testkit.runtime.WallClock;

class InMemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
        return new InMemoryObjectStore(new WallClock());
    }
}
