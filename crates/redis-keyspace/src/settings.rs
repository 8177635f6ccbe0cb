//! `CONFIG`: the settings that apply to a keyspace and those that clients ask for, as one table.
//!
//! A setting is kept as its text. What commands need while they run is read from the texts once, when one
//! changes: see [`Thresholds`].

use std::borrow::Cow;

use resp::number::parse_i64;

use crate::limits::*;
use crate::messages::Failure;
use crate::value::NodeLimits;

use Kind::*;

/// What values a setting takes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// None: it cannot be changed.
    Fixed,
    Integer(i64, i64),
    /// Bytes, with a unit.
    Memory,
    /// Bytes, so many at least.
    MemoryFrom(i64),
    Bool,
    Choice(&'static [&'static str]),
    /// Classes of events, a letter each.
    Events,
    /// Pairs of seconds and changes.
    Save,
    Text,
}

const POLICIES: &[&str] = &[
    "volatile-lru",
    "volatile-lfu",
    "volatile-random",
    "volatile-ttl",
    "allkeys-lru",
    "allkeys-lfu",
    "allkeys-random",
    "noeviction",
];

/// Name, older name, kind, and the value that redis-server 7.0.15 starts with.
const SETTINGS: &[(&str, &str, Kind, &str)] = &[
    ("hash-max-listpack-entries", "hash-max-ziplist-entries", Integer(0, i64::MAX), "512"),
    ("hash-max-listpack-value", "hash-max-ziplist-value", Memory, "64"),
    ("zset-max-listpack-entries", "zset-max-ziplist-entries", Integer(0, i64::MAX), "128"),
    ("zset-max-listpack-value", "zset-max-ziplist-value", Memory, "64"),
    ("set-max-intset-entries", "", Integer(0, i64::MAX), "512"),
    (
        "list-max-listpack-size",
        "list-max-ziplist-size",
        Integer(i32::MIN as i64, i32::MAX as i64),
        "-2",
    ),
    ("stream-node-max-bytes", "", Memory, "4096"),
    ("stream-node-max-entries", "", Integer(0, i64::MAX), "100"),
    ("hll-sparse-max-bytes", "", Memory, "3000"),
    ("proto-max-bulk-len", "", MemoryFrom(1 << 20), "536870912"),
    ("busy-reply-threshold", "lua-time-limit", Integer(0, i64::MAX), "5000"),
    ("maxmemory", "", Memory, "0"),
    ("maxmemory-policy", "", Choice(POLICIES), "noeviction"),
    ("notify-keyspace-events", "", Events, ""),
    ("databases", "", Fixed, "16"),
    ("daemonize", "", Fixed, "no"),
    ("replicaof", "slaveof", Fixed, ""),
    ("acllog-max-len", "", Integer(0, i64::MAX), "128"),
    ("active-expire-effort", "", Integer(1, 10), "1"),
    ("hz", "", Integer(0, i32::MAX as i64), "10"),
    ("latency-monitor-threshold", "", Integer(0, i64::MAX), "0"),
    ("lfu-decay-time", "", Integer(0, i32::MAX as i64), "1"),
    ("lfu-log-factor", "", Integer(0, i32::MAX as i64), "10"),
    ("list-compress-depth", "", Integer(0, i32::MAX as i64), "0"),
    ("maxclients", "", Integer(1, u32::MAX as i64), "10000"),
    ("maxmemory-eviction-tenacity", "", Integer(0, 100), "10"),
    ("maxmemory-samples", "", Integer(1, i32::MAX as i64), "5"),
    ("min-replicas-max-lag", "min-slaves-max-lag", Integer(0, i32::MAX as i64), "10"),
    ("min-replicas-to-write", "min-slaves-to-write", Integer(0, i32::MAX as i64), "0"),
    ("repl-timeout", "", Integer(1, i32::MAX as i64), "60"),
    ("replica-priority", "slave-priority", Integer(0, i32::MAX as i64), "100"),
    ("slowlog-log-slower-than", "", Integer(-1, i64::MAX), "10000"),
    ("slowlog-max-len", "", Integer(0, i64::MAX), "128"),
    ("tcp-keepalive", "", Integer(0, i32::MAX as i64), "300"),
    ("timeout", "", Integer(0, i32::MAX as i64), "0"),
    ("repl-backlog-size", "", Memory, "1048576"),
    ("client-query-buffer-limit", "", MemoryFrom(1 << 20), "1073741824"),
    ("tracking-table-max-keys", "", Integer(0, i64::MAX), "1000000"),
    ("activedefrag", "", Bool, "no"),
    ("activerehashing", "", Bool, "yes"),
    ("appendonly", "", Bool, "no"),
    ("dynamic-hz", "", Bool, "yes"),
    ("latency-tracking", "", Bool, "yes"),
    ("lazyfree-lazy-eviction", "", Bool, "no"),
    ("lazyfree-lazy-expire", "", Bool, "no"),
    ("lazyfree-lazy-server-del", "", Bool, "no"),
    ("lazyfree-lazy-user-del", "", Bool, "no"),
    ("lazyfree-lazy-user-flush", "", Bool, "no"),
    ("no-appendfsync-on-rewrite", "", Bool, "no"),
    ("protected-mode", "", Bool, "yes"),
    ("stop-writes-on-bgsave-error", "", Bool, "yes"),
    ("replica-serve-stale-data", "slave-serve-stale-data", Bool, "yes"),
    ("replica-read-only", "slave-read-only", Bool, "yes"),
    ("sanitize-dump-payload", "", Choice(&["no", "yes", "clients"]), "no"),
    ("appendfsync", "", Choice(&["always", "everysec", "no"]), "everysec"),
    ("loglevel", "", Choice(&["debug", "verbose", "notice", "warning"]), "notice"),
    ("acl-pubsub-default", "", Choice(&["allchannels", "resetchannels"]), "resetchannels"),
    ("save", "", Save, ""),
    ("requirepass", "", Text, ""),
    ("cluster-enabled", "", Fixed, "no"),
    ("io-threads", "", Fixed, "1"),
    (
        "client-output-buffer-limit",
        "",
        Text,
        "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
    ),
];

/// At which sizes values change their encoding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thresholds {
    pub(crate) hash_len_max: usize,
    pub(crate) hash_size_max: usize,
    pub(crate) zset_len_max: usize,
    pub(crate) zset_size_max: usize,
    pub(crate) intset_len_max: usize,
    pub(crate) hll_sparse_size_max: usize,
    pub(crate) stream_node: NodeLimits,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            hash_len_max: HASH_LISTPACK_LEN_MAX,
            hash_size_max: HASH_LISTPACK_SIZE_MAX,
            zset_len_max: ZSET_LISTPACK_LEN_MAX,
            zset_size_max: ZSET_LISTPACK_SIZE_MAX,
            intset_len_max: SET_INTSET_LEN_MAX,
            hll_sparse_size_max: HLL_SPARSE_SIZE_MAX,
            stream_node: NodeLimits {
                size_max: STREAM_NODE_SIZE_MAX,
                len_max: STREAM_NODE_LEN_MAX,
            },
        }
    }
}

/// The settings and their values.
#[derive(Debug)]
pub(crate) struct Settings {
    /// In the order of the table.
    values: Vec<Cow<'static, str>>,
    pub(crate) thresholds: Thresholds,
}

impl Settings {
    pub(crate) fn new(databases: usize, string_size_max: usize) -> Self {
        let values = SETTINGS.iter().map(|(name, .., value)| match *name {
            "databases" => Cow::Owned(databases.to_string()),
            "proto-max-bulk-len" => Cow::Owned(string_size_max.to_string()),
            _ => Cow::Borrowed(*value),
        });
        Self { values: values.collect(), thresholds: Thresholds::default() }
    }

    /// The value of a setting, by either of its names.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every name, older ones too, with its value.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        SETTINGS.iter().zip(&self.values).flat_map(|((name, older, ..), value)| {
            [*name, *older]
                .into_iter()
                .filter(|name| !name.is_empty())
                .map(move |name| (name, &**value))
        })
    }

    /// Every name but the older ones, with its value.
    pub(crate) fn iter_own(&self) -> impl Iterator<Item = (&'static str, &str)> {
        SETTINGS.iter().zip(&self.values).map(|((name, ..), value)| (*name, &**value))
    }

    /// Sets all of these or none. Answers the names of those that have been set.
    pub(crate) fn set(&mut self, pairs: &[[&[u8]; 2]]) -> Result<(), Failure> {
        let mut changes: Vec<(usize, &'static str, &[u8])> = Vec::new();
        for [name, value] in pairs {
            let found = SETTINGS.iter().enumerate().find_map(|(at, (own, older, ..))| {
                [*own, *older]
                    .into_iter()
                    .find(|known| !known.is_empty() && known.as_bytes().eq_ignore_ascii_case(name))
                    .map(|known| (at, known))
            });
            let Some((at, known)) = found else {
                let mut text =
                    b"ERR Unknown option or number of arguments for CONFIG SET - '".to_vec();
                text.extend(name.iter().take_while(|&&byte| byte != 0));
                text.push(b'\'');
                return Err(text.into());
            };
            if matches!(SETTINGS[at].2, Fixed) {
                return Err(refusal(known, "can't set immutable config"));
            }
            if changes.iter().any(|(_, other, _)| *other == known) {
                return Err(refusal(known, "duplicate parameter"));
            }
            changes.push((at, known, value));
        }
        let values = changes
            .into_iter()
            .map(|(at, name, value)| {
                let text = String::from_utf8_lossy(value);
                let value = SETTINGS[at].2.parse(&text);
                value.map(|value| (at, value)).map_err(|reason| refusal(name, &reason))
            })
            .collect::<Result<Vec<_>, _>>()?;
        for (at, value) in values {
            self.values[at] = Cow::Owned(value);
        }
        self.read_thresholds();
        Ok(())
    }

    fn number(&self, name: &str) -> usize {
        let number = self.get(name).and_then(|text| parse_i64(text.as_bytes())).unwrap_or(0);
        usize::try_from(number).unwrap_or(0)
    }

    fn read_thresholds(&mut self) {
        self.thresholds = Thresholds {
            hash_len_max: self.number("hash-max-listpack-entries"),
            hash_size_max: self.number("hash-max-listpack-value"),
            zset_len_max: self.number("zset-max-listpack-entries"),
            zset_size_max: self.number("zset-max-listpack-value"),
            intset_len_max: self.number("set-max-intset-entries"),
            hll_sparse_size_max: self.number("hll-sparse-max-bytes"),
            stream_node: NodeLimits {
                size_max: self.number("stream-node-max-bytes"),
                len_max: self.number("stream-node-max-entries"),
            },
        };
    }

    /// The size that a string may have.
    pub(crate) fn string_size_max(&self) -> usize {
        self.number("proto-max-bulk-len")
    }
}

fn refusal(name: &str, reason: &str) -> Failure {
    format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}").into()
}

impl Kind {
    /// The value as `CONFIG GET` shows it, or why it is none.
    fn parse(self, text: &str) -> Result<String, Cow<'static, str>> {
        let between = |number: i64, min: i64, max: i64| {
            if (min..=max).contains(&number) {
                Ok(number.to_string())
            } else {
                Err(Cow::from(format!("argument must be between {min} and {max} inclusive")))
            }
        };
        match self {
            Fixed | Text => Ok(text.into()),
            Integer(min, max) => match parse_i64(text.as_bytes()) {
                Some(number) => between(number, min, max),
                None => Err("argument couldn't be parsed into an integer".into()),
            },
            Memory => memory(text).map(|bytes| bytes.to_string()),
            MemoryFrom(min) => between(memory(text)?, min, i64::MAX),
            Bool => ["yes", "no"]
                .into_iter()
                .find(|value| value.eq_ignore_ascii_case(text))
                .map(String::from)
                .ok_or_else(|| "argument must be 'yes' or 'no'".into()),
            Choice(values) => {
                let value = values.iter().find(|value| value.eq_ignore_ascii_case(text));
                value.map(|value| (*value).into()).ok_or_else(|| {
                    let mut text = String::from("argument(s) must be one of the following: ");
                    for (at, value) in values.iter().enumerate() {
                        text.push_str(if at > 0 { ", " } else { "" });
                        text.push_str(value);
                    }
                    text.into()
                })
            }
            Events => events(text)
                .ok_or_else(|| "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.".into()),
            Save => {
                let numbers = text.split_ascii_whitespace();
                let is_valid = numbers.clone().count().is_multiple_of(2)
                    && numbers.clone().all(|n| parse_i64(n.as_bytes()).is_some_and(|n| n >= 0));
                if is_valid { Ok(text.into()) } else { Err("Invalid save parameters".into()) }
            }
        }
    }
}

/// Bytes, with a unit of 1000 (`k`, `m`, `g`) or 1024 (`kb`, `mb`, `gb`).
fn memory(text: &str) -> Result<i64, Cow<'static, str>> {
    let size = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, unit) = text.split_at(size);
    let factor: i64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return Err("argument must be a memory value".into()),
    };
    if digits.is_empty() {
        return Err("argument must be a memory value".into());
    }
    // Digits without end are the largest number, as for C's `strtoull`.
    Ok(digits.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(factor))
}

/// Event classes in Redis's own order. All but `m` and `n` together are `A`.
fn events(text: &str) -> Option<String> {
    const CLASSES: &str = "g$lshzxetd";
    if !text.chars().all(|class| "Ag$lshzxetdnKEm".contains(class)) {
        return None;
    }
    let has = |class: char| text.contains(class);
    let mut shown = String::new();
    if has('A') || CLASSES.chars().all(has) {
        shown.push('A');
    } else {
        shown.extend(CLASSES.chars().chain(['n']).filter(|&class| has(class)));
    }
    shown.extend(['K', 'E', 'm'].into_iter().filter(|&class| has(class)));
    Some(shown)
}
