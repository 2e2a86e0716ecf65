package io.amp.adapters.query.type;

import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;

/** The types that most code names. */
public final class Types {
    public static final SqlType NULL = new SqlType.Null();
    public static final SqlType BOOL = new SqlType.Bool();
    public static final SqlType INT8 = new SqlType.Int(8, true);
    public static final SqlType INT16 = new SqlType.Int(16, true);
    public static final SqlType INT32 = new SqlType.Int(32, true);
    public static final SqlType INT64 = new SqlType.Int(64, true);
    public static final SqlType UINT8 = new SqlType.Int(8, false);
    public static final SqlType UINT16 = new SqlType.Int(16, false);
    public static final SqlType UINT32 = new SqlType.Int(32, false);
    public static final SqlType UINT64 = new SqlType.Int(64, false);
    public static final SqlType FLOAT32 = new SqlType.Floating(32);
    public static final SqlType FLOAT64 = new SqlType.Floating(64);
    public static final SqlType TEXT = new SqlType.Text(false);
    public static final SqlType BINARY = new SqlType.Binary(false);
    public static final SqlType DATE32 = new SqlType.Date(32);
    public static final SqlType TIME_NS = new SqlType.Time(TimeUnit.NANOSECOND);
    public static final SqlType TIMESTAMP_NS = new SqlType.Timestamp(TimeUnit.NANOSECOND, null);

    /** Zone text that every UTC timestamp carries, exactly. */
    public static final String UTC = "+00:00";

    public static final SqlType TIMESTAMP_UTC = new SqlType.Timestamp(TimeUnit.NANOSECOND, UTC);
    public static final SqlType INTERVAL = new SqlType.Interval(IntervalUnit.MONTH_DAY_NANO);

    private Types() {}
}
