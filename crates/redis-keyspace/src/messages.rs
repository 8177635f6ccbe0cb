//! Every text that a command refuses with, as Redis 7.0.15 words it.

use std::borrow::Cow;

use resp::{Reply, Text};

/// Why a command did nothing: an error reply without the leading `-`.
#[derive(Debug, Clone)]
pub(crate) struct Failure(pub(crate) Text);

impl From<&'static str> for Failure {
    fn from(text: &'static str) -> Self {
        Self(Cow::Borrowed(text.as_bytes()))
    }
}

impl From<Vec<u8>> for Failure {
    fn from(text: Vec<u8>) -> Self {
        Self(Cow::Owned(text))
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text.into_bytes()))
    }
}

impl From<Failure> for Reply {
    fn from(failure: Failure) -> Self {
        Reply::Error(failure.0)
    }
}

macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
    };
}

messages! {
    /// The key holds another type.
    WRONGTYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    SYNTAX = "ERR syntax error";
    NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    NOT_A_FLOAT = "ERR value is not a valid float";
    OUT_OF_RANGE = "ERR value is out of range";
    NOT_A_LONG = "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807";
    NOT_AN_INT = "ERR value is out of range, value must between -2147483648 and 2147483647";
    NOT_POSITIVE = "ERR value is out of range, must be positive";
    INCREMENT_OVERFLOW = "ERR increment or decrement would overflow";
    DECREMENT_OVERFLOW = "ERR decrement would overflow";
    INCREMENT_NOT_FINITE = "ERR increment would produce NaN or Infinity";
    VALUE_NOT_FINITE = "ERR value is NaN or Infinity";
    HASH_VALUE_NOT_AN_INTEGER = "ERR hash value is not an integer";
    HASH_VALUE_NOT_A_FLOAT = "ERR hash value is not a float";
    NO_SUCH_KEY = "ERR no such key";
    INDEX_OUT_OF_RANGE = "ERR index out of range";
    OFFSET_OUT_OF_RANGE = "ERR offset is out of range";
    STRING_TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";
    BIT_OFFSET = "ERR bit offset is not an integer or out of range";
    BIT_VALUE = "ERR bit is not an integer or out of range";
    BIT_ARGUMENT = "ERR The bit argument must be 1 or 0.";
    BITOP_NOT = "ERR BITOP NOT must be called with a single source key.";
    DB_OUT_OF_RANGE = "ERR DB index is out of range";
    FIRST_DB = "ERR invalid first DB index";
    SECOND_DB = "ERR invalid second DB index";
    SAME_OBJECT = "ERR source and destination objects are the same";
    INVALID_CURSOR = "ERR invalid cursor";
    NX_AND_OTHERS = "ERR NX and XX, GT or LT options at the same time are not compatible";
    GT_AND_LT = "ERR GT and LT options at the same time are not compatible";
    RANK_ZERO = "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list";
    COUNT_NEGATIVE = "ERR COUNT can't be negative";
    MAXLEN_NEGATIVE = "ERR MAXLEN can't be negative";
    LIMIT_NEGATIVE = "ERR LIMIT can't be negative";
    COUNT_POSITIVE = "ERR count should be greater than 0";
    NUMKEYS_POSITIVE = "ERR numkeys should be greater than 0";
    NUMKEYS_TOO_MANY = "ERR Number of keys can't be greater than number of args";
    SCORE_NOT_FLOATS = "ERR min or max is not a float";
    LEX_NOT_VALID = "ERR min or max not valid string range item";
    SCORE_NAN = "ERR resulting score is not a number (NaN)";
    ZADD_XX_NX = "ERR XX and NX options at the same time are not compatible";
    ZADD_GT_LT_NX = "ERR GT, LT, and/or NX options at the same time are not compatible";
    ZADD_INCR = "ERR INCR option supports a single increment-element pair";
    LIMIT_WITHOUT_BY = "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX";
    WITHSCORES_BYLEX = "ERR syntax error, WITHSCORES not supported in combination with BYLEX";
    TIMEOUT_NOT_A_FLOAT = "ERR timeout is not a float or out of range";
    TIMEOUT_NOT_AN_INTEGER = "ERR timeout is not an integer or out of range";
    TIMEOUT_NEGATIVE = "ERR timeout is negative";
    STREAM_ID = "ERR Invalid stream ID specified as stream command argument";
    STREAM_START = "ERR invalid start ID for the interval";
    STREAM_END = "ERR invalid end ID for the interval";
    XADD_ARITY = "ERR wrong number of arguments for 'xadd' command";
    XADD_ZERO = "ERR The ID specified in XADD must be greater than 0-0";
    XADD_SMALL = "ERR The ID specified in XADD is equal or smaller than the target stream top item";
    /// What Redis says when the numbers of one millisecond are used up.
    XADD_NUMBERS_USED = "ERR Elements are too large to be stored";
    XADD_EXHAUSTED = "ERR The stream has exhausted the last possible ID, unable to add more items";
    TRIM_TWICE = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";
    TRIM_MAXLEN = "ERR The MAXLEN argument must be >= 0.";
    TRIM_LIMIT = "ERR The LIMIT argument must be >= 0.";
    TRIM_LIMIT_ALONE = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy";
    TRIM_LIMIT_EXACT = "ERR syntax error, LIMIT cannot be used without the special ~ option";
    TRIM_MISSING = "ERR syntax error, XTRIM must be called with a trimming strategy";
    XREAD_GROUP = "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.";
    XREAD_NOACK = "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.";
    XREAD_NEW = "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option.";
    XREADGROUP_LAST = "ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID would just return an empty result set.";
    XREADGROUP_NO_GROUP = "ERR Missing GROUP option for XREADGROUP";
    /// For a client that waits; `blocked.c` and `t_stream.c`.
    GROUP_GONE = "NOGROUP the consumer group this client was blocked on no longer exists";
    STREAM_GONE = "UNBLOCKED the stream key no longer exists";
    XGROUP_NO_KEY = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option to create an empty stream automatically.";
    GROUP_EXISTS = "BUSYGROUP Consumer Group name already exists";
    ENTRIESREAD = "ERR value for ENTRIESREAD must be positive or -1";
    XSETID_TOP = "ERR The ID specified in XSETID is smaller than the target stream top item";
    XSETID_LENGTH = "ERR The entries_added specified in XSETID is smaller than the target stream length";
    XSETID_ADDED = "ERR entries_added must be positive";
    XSETID_DELETED = "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id";
    XCLAIM_IDLE_MIN = "ERR Invalid min-idle-time argument for XCLAIM";
    XAUTOCLAIM_IDLE_MIN = "ERR Invalid min-idle-time argument for XAUTOCLAIM";
    XCLAIM_IDLE = "ERR Invalid IDLE option argument for XCLAIM";
    XCLAIM_TIME = "ERR Invalid TIME option argument for XCLAIM";
    XCLAIM_RETRYCOUNT = "ERR Invalid RETRYCOUNT option argument for XCLAIM";
    CLAIM_COUNT = "ERR COUNT must be > 0";
    RESTORE_BUSYKEY = "BUSYKEY Target key name already exists.";
    RESTORE_TTL = "ERR Invalid TTL value, must be >= 0";
    RESTORE_IDLETIME = "ERR Invalid IDLETIME value, must be >= 0";
    RESTORE_FREQ = "ERR Invalid FREQ value, must be >= 0 and <= 255";
    RESTORE_FOOTER = "ERR DUMP payload version or checksum are wrong";
    RESTORE_CONTENT = "ERR Bad data format";
    GEO_UNIT = "ERR unsupported unit provided. please use M, KM, FT, MI";
    GEO_MEMBER = "ERR could not decode requested zset member";
    GEO_RADIUS = "ERR need numeric radius";
    GEO_RADIUS_NEGATIVE = "ERR radius cannot be negative";
    GEO_WIDTH = "ERR need numeric width";
    GEO_HEIGHT = "ERR need numeric height";
    GEO_BOX_NEGATIVE = "ERR height or width cannot be negative";
    GEO_ANY = "ERR the ANY argument requires COUNT argument";
    HLL_NOT_ONE = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    HLL_CORRUPT = "INVALIDOBJ Corrupted HLL object detected";
    SORT_NOT_A_FLOAT = "ERR One or more scores can't be converted into double";
    LCS_NOT_STRINGS = "ERR The specified keys must contain string values";
    LCS_LEN_AND_IDX = "ERR If you want both the length and indexes, please just use IDX.";
    LCS_TOO_LARGE = "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len";
    WEIGHT_NOT_A_FLOAT = "ERR weight value is not a float";
}
