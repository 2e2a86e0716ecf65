package io.amp.testkit.provider;

import io.amp.ports.provider.ProviderStore;

class InMemoryProviderStoreTest extends ProviderStoreContract {
    @Override
    protected ProviderStore openEmpty() {
        return new InMemoryProviderStore();
    }
}
