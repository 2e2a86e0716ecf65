package io.amp.core.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.amp.core.json.JsonReader;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderKeysTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kind':'evm-rpc','network':'mainnet','url':'https://rpc.example.org/${ETH_RPC_KEY}','concurrent_request_limit':64,"
                        + "'rpc_batch_size':50,'rate_limit_per_minute':6000,'fetch_receipts_per_tx':true,'timeout_secs':5,'priority':-1}",
                "{'kind':'evm-rpc','network':'anvil','url':'ipc:///tmp/reth.ipc'}",
                "{'kind':'evm-rpc','network':'anvil','url':'ws://localhost:8545','auth_header':'x-key','auth_token':'t'}",
                "{'kind':'firehose','network':'mainnet','url':'https://fh.example.org:443','token':'a','api_key':'b'}",
                "{'kind':'substreams','network':'mainnet','url':'http://localhost:9000'}",
                "{'kind':'eth-beacon','network':'mainnet-beacon','url':'https://b.example.org','concurrent_request_limit':0}",
                "{'kind':'solana','network':'mainnet','rpc_provider_info':{'url':'https://s.example.org','auth_token':'x'},"
                        + "'use_archive':'auto','commitment':'confirmed','of1_car_directory':'/x'}",
                "{'kind':'solana','network':'mainnet','rpc_provider_url':'https://s.example.org'}",
                "{'kind':'evm-rpc','network':'mainnet','url':'${URL}','timeout_secs':'${T}','concurrent_request_limit':'10'}",
            })
    void goodProviders(String json) {
        assertThat(ProviderKeys.problems(values(json), false)).isEmpty();
        assertThat(ProviderKeys.unknown(values(json))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'network':'x'} | key 'kind' is missing",
                "{'kind':''} | key 'kind' is missing",
                "{'kind':'kafka','network':'x'} | kind 'kafka' is unknown",
                "{'kind':'evm-rpc','url':'http://x'} | key 'network' is missing",
                "{'kind':'evm-rpc','network':'a b','url':'http://x'} | key 'network' must be 1 to 64 characters",
                "{'kind':'evm-rpc','network':'x'} | key 'url' is missing",
                "{'kind':'evm-rpc','network':'x','url':'ftp://s3cret@x'} | key 'url' has unsupported URL scheme 'ftp'",
                "{'kind':'evm-rpc','network':'x','url':'s3cret'} | key 'url' must be a URL with a scheme",
                "{'kind':'evm-rpc','network':'x','url':'http://'} | key 'url' must be a URL",
                "{'kind':'eth-beacon','network':'x','url':'ws://x'} | key 'url' has unsupported URL scheme 'ws'",
                "{'kind':'evm-rpc','network':'x','url':'http://x','rate_limit_per_minute':0} | key 'rate_limit_per_minute' must be an integer from 1",
                "{'kind':'evm-rpc','network':'x','url':'http://x','concurrent_request_limit':65536} | key 'concurrent_request_limit' must be",
                "{'kind':'evm-rpc','network':'x','url':'http://x','rpc_batch_size':1.5} | key 'rpc_batch_size' must be an integer",
                "{'kind':'evm-rpc','network':'x','url':'http://x','fetch_receipts_per_tx':1} | key 'fetch_receipts_per_tx' must be true or false",
                "{'kind':'evm-rpc','network':'x','url':'http://x','auth_header':'a b'} | key 'auth_header' must be a legal header name",
                "{'kind':'evm-rpc','network':'x','url':'http://x','auth_token':'s3cret\\n'} | key 'auth_token' must be a legal header value",
                "{'kind':'solana','network':'mainnet'} | key 'rpc_provider_info' is missing",
                "{'kind':'solana','network':'mainnet','rpc_provider_info':{}} | key 'rpc_provider_info' must be a table with 'url'",
                "{'kind':'solana','network':'mainnet','rpc_provider_url':'http://x','commitment':'max'} | key 'commitment' must be one of",
            })
    void badProvidersNameTheKeyAndNeverTheValue(String json, String problem) {
        assertThat(ProviderKeys.problems(values(json), true))
                .singleElement()
                .asString()
                .startsWith(problem)
                .doesNotContain("s3cret");
    }

    @Test
    void textsWithVariablesAreJudgedOnceFilledIn() {
        Map<String, Object> values = values("{'kind':'evm-rpc','network':'x','url':'${URL}','timeout_secs':'${T}'}");

        assertThat(ProviderKeys.problems(values, false)).isEmpty();
        assertThat(ProviderKeys.problems(values, true)).hasSize(2);
    }

    @Test
    void numbersAndFlagsWrittenAsTextAreConverted() {
        assertThat(ProviderKeys.converted(values("{'kind':'evm-rpc','timeout_secs':'30','fetch_receipts_per_tx':'true',"
                        + "'auth_token':'12','priority':'-2'}")))
                .containsEntry("timeout_secs", 30L)
                .containsEntry("fetch_receipts_per_tx", true)
                .containsEntry("auth_token", "12")
                .containsEntry("priority", -2L);
    }

    @Test
    void unknownKeysAreListed() {
        assertThat(ProviderKeys.unknown(
                        values("{'kind':'evm-rpc','network':'x','url':'http://x','timeout':3,'token':'x'}")))
                .containsExactly("timeout", "token");
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> values(String json) {
        return (Map<String, Object>) Objects.requireNonNull(JsonReader.read(json.replace('\'', '"')));
    }
}
