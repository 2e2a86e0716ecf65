package io.amp.adapters.objectstore;

import io.amp.ports.storage.ObjectStore;
import io.amp.testkit.runtime.WallClock;
import io.amp.testkit.storage.ObjectStoreContract;

class MemoryObjectStoreTest extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmpty() {
        return new MemoryObjectStore(new WallClock());
    }
}
