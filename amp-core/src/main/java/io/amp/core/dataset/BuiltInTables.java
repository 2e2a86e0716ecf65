package io.amp.core.dataset;

import io.amp.ports.dataset.TableDefinition;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tables that every raw dataset of a kind has, whatever its manifest lists (datasets specification, appendix A). Substreams datasets
 * have none: theirs come from the package.
 */
public final class BuiltInTables {
    /** The kind whose tables a manifest declares itself. */
    public static final String SUBSTREAMS = "substreams";

    /** A.1. */
    private static final String EVM_BLOCKS = """
            _block_num:U64 block_num:U64 timestamp:TS hash:B32 parent_hash:B32 ommers_hash:B32 miner:B20 state_root:B32
            transactions_root:B32 receipt_root:B32 logs_bloom:Bin difficulty:D38 total_difficulty:D38? gas_limit:U64 gas_used:U64
            extra_data:Bin mix_hash:B32 nonce:U64 base_fee_per_gas:D38? withdrawals_root:B32? blob_gas_used:U64?
            excess_blob_gas:U64? parent_beacon_root:B32? requests_hash:B32?
            """;

    /** A.2. */
    private static final String EVM_LOGS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_hash:B32 tx_index:U32 log_index:U32 address:B20
            topic0:B32? topic1:B32? topic2:B32? topic3:B32? data:Bin
            """;

    /** A.3. */
    private static final String EVM_RPC_TRANSACTIONS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_index:U32 tx_hash:B32 to:B20? nonce:U64 gas_price:D38?
            gas_limit:U64 value:Str input:Bin r:B32 s:B32 v_parity:Bool chain_id:U64? gas_used:U64 type:I32
            max_fee_per_gas:D38? max_priority_fee_per_gas:D38? max_fee_per_blob_gas:D38? from:B20 status:Bool state_root:B32?
            access_list:[{address:B20,storage_keys:[B32]}]? blob_versioned_hashes:[B32]?
            authorization_list:[{chain_id:U64,address:B20,nonce:U64,y_parity:Bool,r:B32,s:B32}]?
            """;

    /** A.4. */
    private static final String FIREHOSE_TRANSACTIONS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_index:U32 tx_hash:B32 to:B20? nonce:U64 gas_price:D38?
            gas_limit:U64 value:Str? input:Bin v:Bin r:Bin s:Bin gas_used:U64 type:I32 max_fee_per_gas:D38?
            max_priority_fee_per_gas:D38? from:B20 status:I32 return_data:Bin public_key:Bin begin_ordinal:U64 end_ordinal:U64
            """;

    /** A.5. */
    private static final String FIREHOSE_CALLS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_index:U32 tx_hash:B32 index:U32 parent_index:U32 depth:U32
            call_type:I32 caller:B20 address:B20 value:D38? gas_limit:U64 gas_consumed:U64 return_data:Bin input:Bin
            selfdestruct:Bool executed_code:Bool begin_ordinal:U64 end_ordinal:U64
            """;

    /** A.6. */
    private static final String SOLANA_BLOCK_HEADERS = """
            _block_num:U64 slot:U64 parent_slot:U64 block_hash:Str previous_block_hash:Str block_height:U64? block_time:I64?
            """;

    /** A.6. */
    private static final String SOLANA_BLOCK_REWARDS = """
            _block_num:U64 slot:U64 pubkey:Str lamports:I64 post_balance:U64 reward_type:Str? commission:Str?
            """;

    /** A.7. */
    private static final String SOLANA_TRANSACTIONS = """
            _block_num:U64 slot:U64 tx_index:U32 tx_version:Str signatures:[Str?] err:Str? fee:U64? pre_balances:[U64?]?
            post_balances:[U64?]? log_messages:[Str?]?
            pre_token_balances:[{account_index:U8,mint:Str,ui_token_amount:{decimals:U8,amount:Str,ui_amount_string:Str},owner:Str?,program_id:Str?}?]?
            post_token_balances:[{account_index:U8,mint:Str,ui_token_amount:{decimals:U8,amount:Str,ui_amount_string:Str},owner:Str?,program_id:Str?}?]?
            rewards:[{pubkey:Str,lamports:I64,post_balance:U64,reward_type:Str?,commission:U8?}?]?
            loaded_addresses_writable:[Str?]? loaded_addresses_readonly:[Str?]? return_data_program_id:Str? return_data_data:[U8?]?
            compute_units_consumed:U64? cost_units:U64?
            """;

    /** A.8. */
    private static final String SOLANA_MESSAGES = """
            _block_num:U64 slot:U64 tx_index:U32
            header:{num_required_signatures:U8,num_readonly_signed_accounts:U8,num_readonly_unsigned_accounts:U8}
            address_table_lookups:[{account_key:Str,writable_indexes:[U8?],readonly_indexes:[U8?]}?]? account_keys:[Str?]
            recent_block_hash:Str
            """;

    /** A.9. */
    private static final String SOLANA_INSTRUCTIONS = """
            _block_num:U64 slot:U64 tx_index:U32 program_id_index:U8 accounts:[U8?] data:[U8?] inner_index:U32?
            inner_stack_height:U32?
            """;

    /** A.10. */
    private static final String BEACON_BLOCKS = """
            _block_num:U64 block_num:U64 version:Str? signature:B96? proposer_index:U64? parent_root:B32? state_root:B32?
            randao_reveal:B96? eth1_data_deposit_root:B32? eth1_data_deposit_count:U64? eth1_data_block_hash:B32? graffiti:B32?
            """;

    private static final Map<String, SortedMap<String, TableDefinition>> BY_KIND = new LinkedHashMap<>();

    static {
        define("evm-rpc", Map.of("blocks", EVM_BLOCKS, "transactions", EVM_RPC_TRANSACTIONS, "logs", EVM_LOGS));
        define(
                "firehose",
                Map.of(
                        "blocks", EVM_BLOCKS,
                        "transactions", FIREHOSE_TRANSACTIONS,
                        "calls", FIREHOSE_CALLS,
                        "logs", EVM_LOGS));
        define("eth-beacon", Map.of("blocks", BEACON_BLOCKS));
        define(
                "solana",
                Map.of(
                        "block_headers", SOLANA_BLOCK_HEADERS,
                        "block_rewards", SOLANA_BLOCK_REWARDS,
                        "transactions", SOLANA_TRANSACTIONS,
                        "messages", SOLANA_MESSAGES,
                        "instructions", SOLANA_INSTRUCTIONS));
        define(SUBSTREAMS, Map.of());
    }

    private BuiltInTables() {}

    /** Every raw kind. */
    public static Set<String> kinds() {
        return Collections.unmodifiableSet(BY_KIND.keySet());
    }

    /**
     * Tables of a raw kind by name; empty for {@value #SUBSTREAMS}.
     *
     * @throws IllegalArgumentException not a raw kind
     */
    public static SortedMap<String, TableDefinition> of(String kind) {
        SortedMap<String, TableDefinition> tables = BY_KIND.get(kind);
        if (tables == null) {
            throw new IllegalArgumentException("not a raw dataset kind: '" + kind + "'");
        }
        return tables;
    }

    private static void define(String kind, Map<String, String> notations) {
        SortedMap<String, TableDefinition> tables = new TreeMap<>();
        boolean isEvm = kind.equals("evm-rpc") || kind.equals("firehose");
        notations.forEach((name, notation) -> tables.put(
                name,
                new TableDefinition(
                        name,
                        SchemaNotation.parse(notation),
                        List.of("_block_num"),
                        isEvm ? List.of("_block_num", "block_num") : List.of("_block_num"),
                        isEvm ? List.of("timestamp") : List.of())));
        BY_KIND.put(kind, Collections.unmodifiableSortedMap(tables));
    }
}
