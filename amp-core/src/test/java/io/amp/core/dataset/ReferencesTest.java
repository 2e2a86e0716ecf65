package io.amp.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amp.ports.dataset.DatasetError;
import io.amp.ports.dataset.DatasetRevision;
import io.amp.ports.error.AmpException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferencesTest {
    private static final String HASH = "429dc6fc6e9bb3098ddb7e58be857f5f8e00e6f049001cd9ffa7609bdb9597be";

    @ParameterizedTest
    @CsvSource({
        "eth_rpc, _/eth_rpc",
        "acme/eth_rpc, acme/eth_rpc",
        "eth_rpc@1.2.0, _/eth_rpc@1.2.0",
        "acme/eth_rpc@latest, acme/eth_rpc@latest",
        "0xabc123/x@dev, 0xabc123/x@dev",
        "pkg:amp/acme/x@2.0.0-rc.1+b.5, acme/x@2.0.0-rc.1+b.5",
        "pkg:amp/x, _/x",
    })
    void partialForms(String text, String printed) {
        assertThat(References.parse(text)).hasToString(printed);
    }

    @Test
    void upperCaseHashIsLowered() {
        assertThat(References.parse("ns/name@" + HASH.toUpperCase(Locale.ROOT))).hasToString("ns/name@" + HASH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/name | empty namespace",
                "ns/ | empty name",
                "'' | empty name",
                "name@ | invalid revision ''",
                "a/b/c | invalid name 'b/c'",
                "a@b@c | invalid revision 'b@c'",
                "Acme/x | invalid namespace 'Acme'",
                "acme/X | invalid name 'X'",
                "acme/1x | invalid name '1x'",
                "acme/a-b | invalid name 'a-b'",
                "acme/é | invalid name 'é'",
                "acme/x@v1.0.0 | invalid revision 'v1.0.0'",
                "acme/x@01.0.0 | invalid revision '01.0.0'",
            })
    void invalidPartsAreNamed(String text, String reason) {
        assertThatThrownBy(() -> References.parse(text))
                .isInstanceOfSatisfying(
                        AmpException.class, e -> assertThat(e.code()).isEqualTo(DatasetError.INVALID_REFERENCE))
                .hasMessageContaining("'" + text + "'")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Latest", "DEV", "1.0", "", "abc", "1.0.0 "})
    void invalidRevisions(String text) {
        assertThatThrownBy(() -> References.parseRevision(text))
                .hasMessageContaining("expected a semantic version, a 64-character hash, 'latest' or 'dev'");
    }

    @Test
    void hashesOfTheWrongLengthAreNoRevisions() {
        assertThatThrownBy(() -> References.parseRevision(HASH.substring(1))).isInstanceOf(AmpException.class);
        assertThatThrownBy(() -> References.parseRevision(HASH + "0")).isInstanceOf(AmpException.class);
        assertThat(References.parseRevision(HASH)).isInstanceOf(DatasetRevision.Hashed.class);
    }

    @Test
    void sixtyFourDigitsAreAHashBeforeTheyCouldBeAnythingElse() {
        assertThat(References.parseRevision("1".repeat(64))).isInstanceOf(DatasetRevision.Hashed.class);
    }

    @Test
    void fullReferenceNeedsAllParts() {
        assertThat(References.parseFull("pkg:amp/ns/name@1.0.0")).hasToString("ns/name@1.0.0");
        assertThatThrownBy(() -> References.parseFull("ns/name")).hasMessageContaining("missing '@'");
        assertThatThrownBy(() -> References.parseFull("name@1.0.0")).hasMessageContaining("missing '/'");
    }

    @ParameterizedTest
    @CsvSource({
        "eth__1_2_0, _/eth@1.2.0",
        "eth__mainnet__0_0_10, _/eth__mainnet@0.0.10",
        "eth__mainnet, _/eth__mainnet",
        "eth__1_2, _/eth__1_2",
        "acme/eth@dev, acme/eth@dev",
    })
    void underscoredVersions(String text, String printed) {
        assertThat(References.parseWithUnderscores(text)).hasToString(printed);
    }

    @Test
    void namesLongerThan255BytesAreRefused() {
        assertThat(References.parse("a".repeat(255)).name().name()).hasSize(255);
        assertThatThrownBy(() -> References.parse("a".repeat(256))).hasMessageContaining("invalid name");
    }
}
