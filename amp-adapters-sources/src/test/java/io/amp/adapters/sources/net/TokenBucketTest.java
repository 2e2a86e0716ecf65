package io.amp.adapters.sources.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void theWholeQuotaMayBeUsedAtOnceThenPermitsComeEvenly() {
        TokenBucket bucket = new TokenBucket(60);
        long now = -5 * SECOND;
        for (int i = 0; i < 60; i++) {
            assertThat(bucket.take(now)).isZero();
        }
        assertThat(bucket.take(now)).isEqualTo(SECOND);
        assertThat(bucket.take(now)).isEqualTo(2 * SECOND);
        // Ten seconds later eight of the ten new permits are left.
        for (int i = 0; i < 8; i++) {
            assertThat(bucket.take(now + 10 * SECOND)).isZero();
        }
        assertThat(bucket.take(now + 10 * SECOND)).isEqualTo(SECOND);
    }

    @Test
    void noMoreThanTheQuotaIsSavedUp() {
        TokenBucket bucket = new TokenBucket(2);
        assertThat(bucket.take(0)).isZero();
        long later = 3600 * SECOND;
        assertThat(bucket.take(later)).isZero();
        assertThat(bucket.take(later)).isZero();
        assertThat(bucket.take(later)).isEqualTo(30 * SECOND);
    }

    @Test
    void aQuotaIsPositive() {
        assertThatThrownBy(() -> new TokenBucket(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
