//! What `COMMAND INFO` tells cluster clients beyond the table: where keys are found and what is done to them, and
//! hints where to send a command. Facts of redis-server 7.0.15, one line for all commands that share them;
//! `tests/command_table.rs` compares them with what it says.

/// Where a command has keys, and what it does to them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeySpec {
    /// Names of flags, a space between two.
    pub(crate) flags: &'static str,
    pub(crate) begin: Begin,
    pub(crate) find: Find,
    /// Empty for none.
    pub(crate) notes: &'static str,
}

/// Where to begin to look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Begin {
    /// At this argument; the name of the command is argument 0.
    Index(i64),
    /// Behind this word, which is looked for from this argument on, from the end for a negative one.
    Keyword(&'static str, i64),
    Unknown,
}

/// Which arguments are keys from there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Find {
    /// To the last one, counted from there or from the end; the step; which part of the rest has keys.
    Range(i64, i64, i64),
    /// Where their number is, where the first one is, the step.
    Count(i64, i64, i64),
    Unknown,
}

/// Why a specification gives no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotFound {
    /// It is about an option that is not there.
    Absent,
    /// The arguments are not as they have to be.
    Wrong,
    /// It does not say where to look.
    Unknown,
}

/// Where a word stands, from an argument on or, for a negative one, from there to the beginning.
fn keyword(argv: &[&[u8]], word: &str, from: i64) -> Option<i64> {
    let is = |at: &i64| {
        let found = usize::try_from(*at).ok().and_then(|at| argv.get(at));
        found.is_some_and(|argument| argument.eq_ignore_ascii_case(word.as_bytes()))
    };
    let len = argv.len() as i64;
    if from >= 0 { (from..len).find(is) } else { (1..=len + from).rev().find(is) }
}

const ONE: Find = Find::Range(0, 1, 0);
const REST: Find = Find::Range(-1, 1, 0);
const COUNTED: Find = Find::Count(0, 1, 1);

const fn spec(flags: &'static str, begin: Begin, find: Find) -> KeySpec {
    KeySpec { flags, begin, find, notes: "" }
}

impl KeySpec {
    const fn noted(self, notes: &'static str) -> Self {
        Self { notes, ..self }
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.split(' ').any(|name| name == flag)
    }

    /// The indices of the keys among these arguments.
    pub(crate) fn indices(&self, argv: &[&[u8]]) -> Result<Vec<usize>, NotFound> {
        let len = argv.len() as i64;
        let first = match self.begin {
            Begin::Index(index) => index,
            Begin::Keyword(word, from) => keyword(argv, word, from).ok_or(NotFound::Absent)? + 1,
            Begin::Unknown => return Err(NotFound::Unknown),
        };
        let (first, last, step) = match self.find {
            Find::Range(last, step, _) if last >= 0 => (first, first + last, step),
            Find::Range(last, step, 0) => (first, len + last, step),
            Find::Range(last, step, limit) => (first, first + (len - first) / limit + last, step),
            Find::Count(at, key, step) => {
                let count = usize::try_from(first + at).ok().and_then(|at| argv.get(at));
                let count = count.and_then(|text| resp::number::parse_i64(text));
                let count = count.filter(|count| (1..=len).contains(count));
                let first = first + key;
                (first, first + (count.ok_or(NotFound::Wrong)? - 1) * step, step)
            }
            Find::Unknown => return Err(NotFound::Unknown),
        };
        if first < 0 || last < first || last >= len || step < 1 {
            return Err(NotFound::Wrong);
        }
        Ok((first..=last).step_by(step as usize).map(|at| at as usize).collect())
    }
}

/// The key specifications of a command or subcommand.
pub(crate) fn key_specs(name: &str) -> &'static [KeySpec] {
    of(KEY_SPECS, name)
}

/// The hints for clients of a command or subcommand.
pub(crate) fn tips(name: &str) -> &'static [&'static str] {
    of(TIPS, name)
}

type Shared<T> = &'static [(&'static [T], &'static [&'static str])];

fn of<T>(table: Shared<T>, name: &str) -> &'static [T] {
    table.iter().find(|(_, names)| names.contains(&name)).map_or(&[], |(facts, _)| facts)
}

const KEY_SPECS: Shared<KeySpec> = &[
(&[spec("RO access", Begin::Index(1), ONE)], &["bitcount", "bitfield_ro", "bitpos", "dump", "expiretime", "geodist", "geohash", "geopos", "georadius_ro", "georadiusbymember_ro", "geosearch", "get", "getbit", "getrange", "hget", "hgetall", "hkeys", "hmget", "hrandfield", "hscan", "hvals", "lindex", "lpos", "lrange", "pexpiretime", "pttl", "smembers", "smismember", "srandmember", "sscan", "substr", "ttl", "xpending", "xrange", "xrevrange", "zcount", "zlexcount", "zmscore", "zrandmember", "zrange", "zrangebylex", "zrangebyscore", "zrank", "zrevrange", "zrevrangebylex", "zrevrangebyscore", "zrevrank", "zscan", "zscore"]),
(&[spec("RW update", Begin::Index(1), ONE)], &["expire", "expireat", "geoadd", "hmset", "hset", "lset", "persist", "pexpire", "pexpireat", "setrange", "xack", "xclaim", "xsetid", "zadd"]),
(&[spec("RW access update", Begin::Index(1), ONE)], &["decr", "decrby", "getset", "hincrby", "hincrbyfloat", "incr", "incrby", "incrbyfloat", "move", "setbit", "zincrby"]),
(&[spec("RW delete", Begin::Index(1), ONE)], &["hdel", "lrem", "ltrim", "srem", "xautoclaim", "xdel", "xtrim", "zrem", "zremrangebylex", "zremrangebyrank", "zremrangebyscore"]),
(&[spec("RO", Begin::Index(1), ONE)], &["hexists", "hlen", "hstrlen", "llen", "scard", "sismember", "strlen", "type", "xlen", "zcard"]),
(&[spec("RW insert", Begin::Index(1), ONE)], &["append", "hsetnx", "linsert", "lpush", "lpushx", "pfadd", "rpush", "rpushx", "sadd"]),
(&[spec("RW access delete", Begin::Index(1), ONE)], &["getdel", "lpop", "rpop", "spop", "zpopmax", "zpopmin"]),
(&[spec("RW access delete", Begin::Index(1), ONE), spec("RW insert", Begin::Index(2), ONE)], &["blmove", "brpoplpush", "lmove", "rpoplpush", "smove"]),
(&[spec("RO", Begin::Index(2), ONE)], &["memory|usage", "object|encoding", "object|freq", "object|idletime", "object|refcount"]),
(&[spec("RO access", Begin::Index(1), COUNTED)], &["sintercard", "zdiff", "zinter", "zintercard", "zunion"]),
(&[spec("RW access delete", Begin::Index(1), Find::Range(-2, 1, 0))], &["blpop", "brpop", "bzpopmax", "bzpopmin"]),
(&[spec("RO access", Begin::Index(1), REST)], &["mget", "sdiff", "sinter", "sunion"]),
(&[spec("OW update", Begin::Index(1), ONE)], &["psetex", "restore", "restore-asking", "setex"]),
(&[spec("RO", Begin::Index(1), REST)], &["exists", "touch", "watch"]),
(&[spec("RO access", Begin::Index(2), ONE)], &["xinfo|consumers", "xinfo|groups", "xinfo|stream"]),
(&[spec("OW update", Begin::Index(1), ONE), spec("RO access", Begin::Index(2), COUNTED)], &["zdiffstore", "zinterstore", "zunionstore"]),
(&[spec("RW access delete", Begin::Index(2), COUNTED)], &["blmpop", "bzmpop"]),
(&[spec("RM delete", Begin::Index(1), REST)], &["del", "unlink"]),
(&[spec("RW access update", Begin::Index(2), COUNTED).noted("We cannot tell how the keys will be used so we assume the worst, RW and UPDATE")], &["eval", "fcall"]),
(&[spec("RO access", Begin::Index(2), COUNTED).noted("We cannot tell how the keys will be used so we assume the worst, RO and ACCESS")], &["eval_ro", "fcall_ro"]),
(&[spec("OW update", Begin::Index(1), ONE), spec("RO access", Begin::Index(2), ONE)], &["geosearchstore", "zrangestore"]),
(&[spec("RW access delete", Begin::Index(1), COUNTED)], &["lmpop", "zmpop"]),
(&[spec("OW update", Begin::Index(1), ONE), spec("RO access", Begin::Index(2), REST)], &["sdiffstore", "sunionstore"]),
(&[spec("not_key", Begin::Index(1), REST)], &["ssubscribe", "sunsubscribe"]),
(&[spec("RW insert", Begin::Index(2), ONE)], &["xgroup|create", "xgroup|createconsumer"]),
(&[spec("RW delete", Begin::Index(2), ONE)], &["xgroup|delconsumer", "xgroup|destroy"]),
(&[spec("RW access update variable_flags", Begin::Index(1), ONE).noted("This command allows both access and modification of the key")], &["bitfield"]),
(&[spec("OW update", Begin::Index(2), ONE), spec("RO access", Begin::Index(3), REST)], &["bitop"]),
(&[spec("RO access", Begin::Index(1), ONE), spec("OW update", Begin::Index(2), ONE)], &["copy"]),
(&[spec("RW access update", Begin::Index(2), COUNTED)], &["evalsha"]),
(&[spec("RO access", Begin::Index(2), COUNTED)], &["evalsha_ro"]),
(&[spec("RO access", Begin::Index(1), ONE), spec("OW update", Begin::Keyword("STORE", 6), ONE), spec("OW update", Begin::Keyword("STOREDIST", 6), ONE)], &["georadius"]),
(&[spec("RO access", Begin::Index(1), ONE), spec("OW update", Begin::Keyword("STORE", 5), ONE), spec("OW update", Begin::Keyword("STOREDIST", 5), ONE)], &["georadiusbymember"]),
(&[spec("RW access update", Begin::Index(1), ONE).noted("RW and UPDATE because it changes the TTL")], &["getex"]),
(&[spec("RO access", Begin::Index(1), Find::Range(1, 1, 0))], &["lcs"]),
(&[spec("RW access delete", Begin::Index(3), ONE), spec("RW access delete incomplete", Begin::Keyword("KEYS", -2), REST)], &["migrate"]),
(&[spec("OW update", Begin::Index(1), Find::Range(-1, 2, 0))], &["mset"]),
(&[spec("OW insert", Begin::Index(1), Find::Range(-1, 2, 0))], &["msetnx"]),
(&[spec("RW access", Begin::Index(1), REST).noted("RW because it may change the internal representation of the key, and propagate to replicas")], &["pfcount"]),
(&[spec("RW access", Begin::Index(2), ONE)], &["pfdebug"]),
(&[spec("RW access insert", Begin::Index(1), ONE), spec("RO access", Begin::Index(2), REST)], &["pfmerge"]),
(&[spec("RW access delete", Begin::Index(1), ONE), spec("OW update", Begin::Index(2), ONE)], &["rename"]),
(&[spec("RW access delete", Begin::Index(1), ONE), spec("OW insert", Begin::Index(2), ONE)], &["renamenx"]),
(&[spec("RW access update variable_flags", Begin::Index(1), ONE).noted("RW and ACCESS due to the optional `GET` argument")], &["set"]),
(&[spec("OW insert", Begin::Index(1), ONE)], &["setnx"]),
(&[spec("RW update", Begin::Index(1), ONE), spec("RO access", Begin::Index(2), REST)], &["sinterstore"]),
(&[spec("RO access", Begin::Index(1), ONE), spec("RO access", Begin::Unknown, Find::Unknown).noted("For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort"), spec("OW update", Begin::Unknown, Find::Unknown).noted("For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument array")], &["sort"]),
(&[spec("RO access", Begin::Index(1), ONE), spec("RO access", Begin::Unknown, Find::Unknown).noted("For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the key we sort")], &["sort_ro"]),
(&[spec("not_key", Begin::Index(1), ONE)], &["spublish"]),
(&[spec("RW update", Begin::Index(1), ONE).noted("UPDATE instead of INSERT because of the optional trimming feature")], &["xadd"]),
(&[spec("RW update", Begin::Index(2), ONE)], &["xgroup|setid"]),
(&[spec("RO access", Begin::Keyword("STREAMS", 1), Find::Range(-1, 1, 2))], &["xread"]),
(&[spec("RO access", Begin::Keyword("STREAMS", 4), Find::Range(-1, 1, 2))], &["xreadgroup"]),
];

const TIPS: Shared<&str> = &[
    (
        &["nondeterministic_output"],
        &[
            "client|info",
            "client|list",
            "cluster|bumpepoch",
            "cluster|count-failure-reports",
            "cluster|getkeysinslot",
            "cluster|info",
            "cluster|links",
            "cluster|nodes",
            "cluster|replicas",
            "cluster|shards",
            "cluster|slaves",
            "cluster|slots",
            "dump",
            "hrandfield",
            "hscan",
            "lastsave",
            "migrate",
            "object|encoding",
            "object|freq",
            "object|idletime",
            "object|refcount",
            "pttl",
            "spop",
            "srandmember",
            "sscan",
            "time",
            "ttl",
            "xadd",
            "xautoclaim",
            "xclaim",
            "xinfo|consumers",
            "xpending",
            "xtrim",
            "zrandmember",
            "zscan",
        ],
    ),
    (
        &["nondeterministic_output_order"],
        &[
            "command",
            "command|docs",
            "command|info",
            "command|list",
            "function|list",
            "hgetall",
            "hkeys",
            "hvals",
            "module|list",
            "sdiff",
            "sinter",
            "smembers",
            "sunion",
        ],
    ),
    (
        &["request_policy:all_shards", "response_policy:all_succeeded"],
        &[
            "flushall",
            "flushdb",
            "function|delete",
            "function|flush",
            "function|load",
            "function|restore",
            "memory|purge",
            "ping",
        ],
    ),
    (
        &["request_policy:all_nodes", "response_policy:all_succeeded"],
        &["config|set", "latency|reset", "script|flush", "script|load", "slowlog|reset"],
    ),
    (
        &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
        &["function|stats", "info", "memory|doctor", "memory|malloc-stats", "memory|stats"],
    ),
    (
        &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
        &[
            "latency|doctor",
            "latency|graph",
            "latency|histogram",
            "latency|history",
            "latency|latest",
        ],
    ),
    (
        &["request_policy:multi_shard", "response_policy:agg_sum"],
        &["del", "exists", "touch", "unlink"],
    ),
    (
        &["request_policy:all_shards", "response_policy:one_succeeded"],
        &["function|kill", "script|kill"],
    ),
    (&["request_policy:all_shards", "response_policy:agg_sum"], &["dbsize"]),
    (&["request_policy:all_shards", "nondeterministic_output_order"], &["keys"]),
    (&["request_policy:multi_shard"], &["mget"]),
    (&["request_policy:multi_shard", "response_policy:all_succeeded"], &["mset"]),
    (&["request_policy:multi_shard", "response_policy:agg_min"], &["msetnx"]),
    (&["request_policy:all_shards", "nondeterministic_output"], &["randomkey"]),
    (&["nondeterministic_output", "request_policy:special"], &["scan"]),
    (&["request_policy:all_shards", "response_policy:agg_logical_and"], &["script|exists"]),
    (&["request_policy:all_nodes", "nondeterministic_output"], &["slowlog|get"]),
    (
        &["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"],
        &["slowlog|len"],
    ),
    (&["request_policy:all_shards", "response_policy:agg_min"], &["wait"]),
];
