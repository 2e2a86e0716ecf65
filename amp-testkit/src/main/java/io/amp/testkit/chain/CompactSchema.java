package io.amp.testkit.chain;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Table schemas in the compact notation of the datasets specification, appendix A, so that tests do not take the schema from the code
 * they test: {@code name:Type}, {@code ?} after the type = nullable, {@code [T]} = list with field {@code item}, <code>{a:T}</code> =
 * struct.
 */
public final class CompactSchema {
    /** Appendix A.1. */
    public static final String EVM_BLOCKS = """
            _block_num:U64 block_num:U64 timestamp:TS hash:B32 parent_hash:B32 ommers_hash:B32 miner:B20 state_root:B32
            transactions_root:B32 receipt_root:B32 logs_bloom:Bin difficulty:D38 total_difficulty:D38? gas_limit:U64 gas_used:U64
            extra_data:Bin mix_hash:B32 nonce:U64 base_fee_per_gas:D38? withdrawals_root:B32? blob_gas_used:U64?
            excess_blob_gas:U64? parent_beacon_root:B32? requests_hash:B32?
            """;

    /** Appendix A.2. */
    public static final String EVM_LOGS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_hash:B32 tx_index:U32 log_index:U32 address:B20
            topic0:B32? topic1:B32? topic2:B32? topic3:B32? data:Bin
            """;

    /** Appendix A.3. */
    public static final String EVM_RPC_TRANSACTIONS = """
            _block_num:U64 block_hash:B32 block_num:U64 timestamp:TS tx_index:U32 tx_hash:B32 to:B20? nonce:U64 gas_price:D38?
            gas_limit:U64 value:Str input:Bin r:B32 s:B32 v_parity:Bool chain_id:U64? gas_used:U64 type:I32
            max_fee_per_gas:D38? max_priority_fee_per_gas:D38? max_fee_per_blob_gas:D38? from:B20 status:Bool state_root:B32?
            access_list:[{address:B20,storage_keys:[B32]}]? blob_versioned_hashes:[B32]?
            authorization_list:[{chain_id:U64,address:B20,nonce:U64,y_parity:Bool,r:B32,s:B32}]?
            """;

    private final String text;
    private int at;

    private CompactSchema(String text) {
        this.text = text;
    }

    /** Reads columns separated by white space. */
    public static Schema parse(String columns) {
        var fields = new ArrayList<Field>();
        for (String column : columns.strip().split("\\s+")) {
            fields.add(new CompactSchema(column).field());
        }
        return new Schema(fields);
    }

    private Field field() {
        int colon = text.indexOf(':', at);
        String name = text.substring(at, colon);
        at = colon + 1;
        return type(name);
    }

    private Field type(String name) {
        ArrowType type;
        var children = new ArrayList<Field>();
        char first = text.charAt(at);
        if (first == '[') {
            at++;
            children.add(type("item"));
            at++;
            type = ArrowType.List.INSTANCE;
        } else if (first == '{') {
            do {
                at++;
                children.add(field());
            } while (text.charAt(at) == ',');
            at++;
            type = ArrowType.Struct.INSTANCE;
        } else {
            int start = at;
            while (at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
                at++;
            }
            type = scalar(text.substring(start, at));
        }
        boolean nullable = at < text.length() && text.charAt(at) == '?';
        if (nullable) {
            at++;
        }
        return new Field(name, new FieldType(nullable, type, null), List.copyOf(children));
    }

    private static ArrowType scalar(String code) {
        return switch (code) {
            case "U8" -> new ArrowType.Int(8, false);
            case "U32" -> new ArrowType.Int(32, false);
            case "U64" -> new ArrowType.Int(64, false);
            case "I32" -> new ArrowType.Int(32, true);
            case "I64" -> new ArrowType.Int(64, true);
            case "Str" -> ArrowType.Utf8.INSTANCE;
            case "Bin" -> ArrowType.Binary.INSTANCE;
            case "Bool" -> ArrowType.Bool.INSTANCE;
            case "TS" -> new ArrowType.Timestamp(TimeUnit.NANOSECOND, "+00:00");
            case "D38" -> new ArrowType.Decimal(38, 0, 128);
            default -> {
                if (!code.startsWith("B")) {
                    throw new IllegalArgumentException("unknown type '" + code + "'");
                }
                yield new ArrowType.FixedSizeBinary(Integer.parseInt(code.substring(1)));
            }
        };
    }
}
