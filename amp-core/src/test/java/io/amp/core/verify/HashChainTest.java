package io.amp.core.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.amp.ports.chain.BlockHash;
import io.amp.ports.error.AmpException;
import io.amp.testkit.chain.ChainData;
import org.junit.jupiter.api.Test;

class HashChainTest {
    private final HashChain chain = new HashChain();

    private void next(ChainData data) {
        var row = data.expected("blocks").getFirst();
        chain.next(
                data.number(),
                BlockHash.parse(row.get("hash").textValue()),
                BlockHash.parse(row.get("parent_hash").textValue()));
    }

    @Test
    void consecutiveBlocksLink() {
        assertThat(chain.head()).isNull();
        next(ChainData.BASE_1962303);
        next(ChainData.BASE_1962304);
        next(ChainData.BASE_1962305);
        assertThat(chain.head())
                .isEqualTo(BlockHash.parse("0x2a495821481f4a9cb7096ee2bf5294f17a362b6b596d46bf2963c190b4cd82ee"));
    }

    @Test
    void aGapIsAMissingBlock() {
        next(ChainData.BASE_1962303);
        AmpException failure = catchThrowableOfType(AmpException.class, () -> next(ChainData.BASE_1962305));
        assertThat(failure).hasMessageContaining("dataset missing block 1962304");
        assertThat(failure.context()).containsEntry("block", 1962304L);
    }

    @Test
    void aForeignParentBreaksTheChain() {
        next(ChainData.MAINNET_0);
        BlockHash parent = BlockHash.parse("ab".repeat(32));
        AmpException failure = catchThrowableOfType(AmpException.class, () -> chain.next(1, BlockHash.ZERO, parent));
        assertThat(failure)
                .hasMessage("block 1: chain broken: parent_hash is " + parent
                        + ", hash of block 0 is 0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3");
        assertThat(failure.context()).containsEntry("check", "chain");
    }
}
