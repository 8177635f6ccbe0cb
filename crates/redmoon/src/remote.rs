//! A real server by URL as the host of a script: the script runs here, its commands run there.
//!
//! A node of a cluster is noticed, and then all of a script's keys must lie in one slot, as in Redis itself.
//! Unlike a script that the server runs, such a run is not atomic: others are served between its commands.

use std::fmt;
use std::time::Duration;

use redis::cluster::{ClusterClient, ClusterConnection};
use redis::cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr};
use redis::{Client, Cmd, Connection, ConnectionLike, IntoConnectionInfo, RedisError, Value};
use redis_keyspace::command;
use redis_server::TableCommands;
use redis_stdlib::{Answer, Argv, Call, Command, Commands, Host, Refusal};
use resp::{Protocol, Reply, Verbatim};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

const CROSS_SLOT: &str = "CROSSSLOT Keys in request don't hash to the same slot";
const OTHER_SLOT: &str = "ERR Script attempted to access keys that do not hash to the same slot";
const UNKNOWN_COMMAND: &str = "ERR Unknown Redis command called from script";
const WRONG_ARITY: &str = "ERR Wrong number of args calling Redis command from script";
/// Ours: the connections of a cluster speak one protocol.
const NO_RESP3: &str = "ERR redis.setresp(3) is not supported with a cluster";

/// A connection to a server, or to a cluster.
pub struct Remote {
    link: Link,
    /// What the connection speaks at the moment.
    protocol: Protocol,
}

enum Link {
    Server(Connection),
    Cluster { connection: Box<ClusterConnection>, slot: Option<u16> },
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.link {
            Link::Server(_) => "Remote(server)",
            Link::Cluster { .. } => "Remote(cluster)",
        })
    }
}

/// Why there is no connection: what to say, and whether the URL itself is to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectError {
    /// What went wrong, without the password in the URL.
    pub message: String,
    /// The URL is none, or asks for what is not supported.
    pub is_usage: bool,
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConnectError {}

impl Remote {
    /// Connects to `redis://[user:password@]host[:port][/database]`, or to a cluster of which it is a node.
    ///
    /// # Errors
    /// When the URL is wrong, nobody listens there, or the server refuses.
    pub fn connect(url: &str) -> Result<Remote, ConnectError> {
        let url = if url.contains("://") { url.to_owned() } else { format!("redis://{url}") };
        let usage = |message: String| ConnectError { message, is_usage: true };
        if url.starts_with("rediss://") || url.starts_with("valkeys://") {
            return Err(usage("rediss:// (TLS) is not supported; use a tunnel".to_owned()));
        }
        let info = url
            .as_str()
            .into_connection_info()
            .map_err(|error| usage(format!("'{}' is no URL of a server: {error}", shown(&url))))?;
        let failed = |error: RedisError| ConnectError {
            message: format!("cannot connect to {}: {}", info.addr(), describe(&error)),
            is_usage: false,
        };
        let client = Client::open(info.clone()).map_err(failed)?;
        let mut connection = client.get_connection_with_timeout(CONNECT_TIMEOUT).map_err(failed)?;
        let about = connection.req_command(redis::cmd("INFO").arg("cluster")).map_err(failed)?;
        let is_cluster = match &about {
            Value::BulkString(text) => text.windows(17).any(|part| part == b"cluster_enabled:1"),
            Value::VerbatimString { text, .. } => text.contains("cluster_enabled:1"),
            _ => false,
        };
        if !is_cluster {
            return Ok(Remote { link: Link::Server(connection), protocol: Protocol::Resp2 });
        }
        let cluster = ClusterClient::new([info.clone()]).map_err(failed)?;
        let connection = Box::new(cluster.get_connection().map_err(failed)?);
        Ok(Remote { link: Link::Cluster { connection, slot: None }, protocol: Protocol::Resp2 })
    }

    /// Tells the keys of the script that is about to run. In a cluster, they choose the node that its commands
    /// go to.
    ///
    /// # Errors
    /// The error reply of Redis when they lie in more than one slot.
    pub fn set_keys<K: AsRef<[u8]>>(&mut self, keys: &[K]) -> Result<(), Reply> {
        let Link::Cluster { slot, .. } = &mut self.link else { return Ok(()) };
        *slot = None;
        let mut slots = keys.iter().map(|key| slot_of(key.as_ref()));
        let Some(first) = slots.next() else { return Ok(()) };
        if slots.any(|other| other != first) {
            return Err(Reply::error(CROSS_SLOT));
        }
        *slot = Some(first);
        Ok(())
    }

    fn run(&mut self, call: &Call<'_>) -> Result<Reply, Reply> {
        let mut request = Cmd::new();
        for argument in call.argv.iter() {
            request.arg(argument);
        }
        let answer = match &mut self.link {
            Link::Server(connection) => {
                if self.protocol != call.protocol {
                    let version = if call.protocol == Protocol::Resp3 { 3 } else { 2 };
                    let hello = connection.req_command(redis::cmd("HELLO").arg(version));
                    to_reply(hello)?;
                    self.protocol = call.protocol;
                }
                connection.req_command(&request)
            }
            Link::Cluster { connection, slot } => {
                if call.protocol == Protocol::Resp3 {
                    return Err(Reply::error(NO_RESP3));
                }
                let slot = slot_of_call(call.argv, *slot)?;
                let routing = match slot {
                    Some(slot) => {
                        SingleNodeRoutingInfo::SpecificNode(Route::new(slot, SlotAddr::Master))
                    }
                    None => SingleNodeRoutingInfo::RandomPrimary,
                };
                connection.route_command(&request, RoutingInfo::SingleNode(routing))
            }
        };
        to_reply(answer)
    }
}

impl Host for Remote {
    fn call(&mut self, call: &Call<'_>) -> Answer {
        let reply = self.run(call).unwrap_or_else(|error| error);
        Answer::Reply(match reply {
            Reply::Error(text) if text.starts_with(b"ERR unknown command") => {
                Reply::error(UNKNOWN_COMMAND)
            }
            Reply::Error(text) if text.starts_with(b"ERR wrong number of arguments for") => {
                Reply::error(WRONG_ARITY)
            }
            reply => reply,
        })
    }
}

/// The commands that scripts know of a server with modules: Redis's own, and whatever else it answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct RemoteCommands;

impl Commands for RemoteCommands {
    fn find(&self, argv: &Argv) -> Result<Command, Refusal> {
        match TableCommands.find(argv) {
            Err(Refusal::Unknown) => Ok(Command::default()),
            known => known,
        }
    }
}

/// The slot of a call's keys: that of the script's keys, if there are any.
fn slot_of_call(argv: &Argv, own: Option<u16>) -> Result<Option<u16>, Reply> {
    let argv: Vec<&[u8]> = argv.iter().collect();
    let Ok(command) = command::resolve(&argv) else { return Ok(own) };
    let mut slot = own;
    for at in command.key_indices(&argv).unwrap_or_default() {
        let key_slot = argv.get(at).map(|key| slot_of(key));
        if slot.is_some() && slot != key_slot {
            return Err(Reply::error(OTHER_SLOT));
        }
        slot = key_slot;
    }
    Ok(slot)
}

/// The slot of a key: CRC-16 of what stands between the first braces, if anything does.
fn slot_of(key: &[u8]) -> u16 {
    let tag = memchr::memchr(b'{', key).and_then(|open| {
        let rest = key.get(open + 1..)?;
        rest.get(..memchr::memchr(b'}', rest)?).filter(|tag| !tag.is_empty())
    });
    let crc = tag.unwrap_or(key).iter().fold(0_u16, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| {
            (crc << 1) ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }
        })
    });
    crc % 16384
}

/// A URL as it may be shown: without the password.
fn shown(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://…@{place}"),
        _ => url.to_owned(),
    }
}

fn describe(error: &RedisError) -> String {
    match (error.code(), error.detail()) {
        (Some(code), Some(detail)) => format!("{code} {detail}"),
        _ => error.to_string(),
    }
}

/// What the server has answered; an error when there is no answer.
fn to_reply(answer: Result<Value, RedisError>) -> Result<Reply, Reply> {
    match answer {
        Ok(value) => Ok(reply_of(value)),
        Err(error) => Err(match (error.code(), error.detail()) {
            (Some(code), detail) => error_of(code, detail),
            (None, _) => Reply::Error(format!("ERR no answer: {error}").into_bytes().into()),
        }),
    }
}

fn error_of(code: &str, detail: Option<&str>) -> Reply {
    let text = match detail {
        Some(detail) => format!("{code} {detail}"),
        None => code.to_owned(),
    };
    Reply::Error(text.into_bytes().into())
}

/// The reply that a value of the `redis` crate was made of, which has bounded its depth.
fn reply_of(value: Value) -> Reply {
    let pairs = |pairs: Vec<(Value, Value)>| {
        pairs.into_iter().flat_map(|(key, value)| [reply_of(key), reply_of(value)]).collect()
    };
    match value {
        Value::Nil => Reply::Nil,
        Value::Int(number) => Reply::Integer(number),
        Value::BulkString(bytes) => Reply::Bulk(bytes),
        Value::Array(items) => items.into_iter().map(reply_of).collect(),
        Value::SimpleString(text) => Reply::Status(text.into_bytes().into()),
        Value::Okay => Reply::OK,
        Value::Map(items) => Reply::Map(pairs(items)),
        Value::Attribute { data, .. } => reply_of(*data),
        Value::Set(items) => Reply::Set(items.into_iter().map(reply_of).collect()),
        Value::Double(number) => Reply::Double(number),
        Value::Boolean(truth) => Reply::Boolean(truth),
        Value::VerbatimString { format, text } => {
            let format = match format {
                redis::VerbatimFormat::Markdown => *b"mkd",
                _ => *b"txt",
            };
            Reply::Verbatim(Verbatim { format, text: text.into_bytes() })
        }
        Value::BigNumber(digits) => Reply::BigNumber(digits),
        Value::Push { data, .. } => Reply::Push(data.into_iter().map(reply_of).collect()),
        Value::ServerError(error) => error_of(error.code(), error.details()),
        // A type that this version of the protocol does not have.
        _ => Reply::Nil,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_redis() {
        // CLUSTER KEYSLOT of redis-server 7.0.15.
        for (key, slot) in [
            ("foo", 12182),
            ("bar", 5061),
            ("", 0),
            ("{user}:1", 5474),
            ("user", 5474),
            ("{}x", 10595),
            ("a{b{c}d}", slot_of(b"b{c")),
            ("123456789", 12739),
        ] {
            assert_eq!(slot_of(key.as_bytes()), slot, "{key}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(shown("redis://me:secret@host:1/x"), "redis://…@host:1/x");
        assert_eq!(shown("redis://host"), "redis://host");
    }
}
