//! Channels: who listens, who is told, and the commands about that.

use ordered::{ByteMap, ByteSet};
use redis_keyspace::matches;
use resp::Reply;

use crate::client::Client;
use crate::connection::Message;
use crate::help;

/// Who listens to what, in the order in which they began to.
#[derive(Debug, Default)]
pub(crate) struct PubSub {
    channels: ByteMap<Vec<u64>>,
    patterns: ByteMap<Vec<u64>>,
    shards: ByteMap<Vec<u64>>,
    /// Messages on their way.
    pub(crate) outbox: Vec<(u64, Message)>,
}

/// The three ways to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Channel,
    Pattern,
    Shard,
}

impl Kind {
    /// What replies about subscriptions of this kind begin with.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Channel => ("subscribe", "unsubscribe"),
            Kind::Pattern => ("psubscribe", "punsubscribe"),
            Kind::Shard => ("ssubscribe", "sunsubscribe"),
        }
    }
}

impl PubSub {
    fn listeners(&mut self, kind: Kind) -> &mut ByteMap<Vec<u64>> {
        match kind {
            Kind::Channel => &mut self.channels,
            Kind::Pattern => &mut self.patterns,
            Kind::Shard => &mut self.shards,
        }
    }

    /// Sends a message to all who listen to a channel; answers how many they are.
    pub(crate) fn publish(&mut self, channel: &[u8], message: &[u8]) -> i64 {
        let mut receivers = 0;
        if let Some(ids) = self.channels.get(channel) {
            for id in ids {
                self.outbox.push((*id, told("message", None, channel, message)));
            }
            receivers += ids.len();
        }
        for (pattern, ids) in self.patterns.iter() {
            if matches(pattern, channel) {
                for id in ids {
                    let told = told("pmessage", Some(pattern), channel, message);
                    self.outbox.push((*id, told));
                }
                receivers += ids.len();
            }
        }
        receivers as i64
    }

    /// Sends a message to all who listen to a shard channel.
    pub(crate) fn publish_to_shard(&mut self, channel: &[u8], message: &[u8]) -> i64 {
        let Some(ids) = self.shards.get(channel) else { return 0 };
        for id in ids {
            self.outbox.push((*id, told("smessage", None, channel, message)));
        }
        ids.len() as i64
    }

    /// Number of channels, patterns and shard channels that somebody listens to.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        (self.channels.len(), self.patterns.len(), self.shards.len())
    }

    /// Forgets a client.
    pub(crate) fn forget(&mut self, client: &mut Client) {
        for kind in [Kind::Channel, Kind::Pattern, Kind::Shard] {
            for name in std::mem::take(names(client, kind)).iter() {
                self.remove(kind, name, client.id);
            }
        }
    }

    fn remove(&mut self, kind: Kind, name: &[u8], id: u64) {
        let listeners = self.listeners(kind);
        if let Some(ids) = listeners.get_mut(name) {
            ids.retain(|listener| *listener != id);
            if ids.is_empty() {
                listeners.remove(name);
            }
        }
    }
}

fn told(word: &'static str, pattern: Option<&[u8]>, channel: &[u8], message: &[u8]) -> Message {
    let mut items = vec![Reply::bulk(word)];
    items.extend(pattern.map(Reply::bulk));
    items.push(Reply::bulk(channel));
    items.push(Reply::bulk(message));
    Message::Push(Reply::Push(items.into()))
}

fn names(client: &mut Client, kind: Kind) -> &mut ByteSet {
    match kind {
        Kind::Channel => &mut client.subscriptions.channels,
        Kind::Pattern => &mut client.subscriptions.patterns,
        Kind::Shard => &mut client.subscriptions.shards,
    }
}

/// What replies count: channels and patterns together, shard channels by themselves.
fn count(client: &Client, kind: Kind) -> i64 {
    let subscriptions = &client.subscriptions;
    let count = match kind {
        Kind::Shard => subscriptions.shards.len(),
        Kind::Channel | Kind::Pattern => {
            subscriptions.channels.len() + subscriptions.patterns.len()
        }
    };
    count as i64
}

fn answer(word: &'static str, name: Option<&[u8]>, count: i64) -> Reply {
    let name = name.map_or(Reply::Nil, Reply::bulk);
    Reply::Push(vec![Reply::bulk(word), name, Reply::Integer(count)].into())
}

/// `SUBSCRIBE` and kin: one reply for each name.
pub(crate) fn subscribe(
    pubsub: &mut PubSub,
    client: &mut Client,
    kind: Kind,
    channels: &[&[u8]],
) -> Vec<Reply> {
    let mut replies = Vec::with_capacity(channels.len());
    for channel in channels {
        if names(client, kind).insert(*channel) {
            pubsub.listeners(kind).with_default(channel, |ids| ids.push(client.id));
        }
        replies.push(answer(kind.words().0, Some(channel), count(client, kind)));
    }
    replies
}

/// `UNSUBSCRIBE` and kin: one reply for each name, or for each that the client listens to, at least one.
pub(crate) fn unsubscribe(
    pubsub: &mut PubSub,
    client: &mut Client,
    kind: Kind,
    channels: &[&[u8]],
) -> Vec<Reply> {
    let word = kind.words().1;
    let left: Vec<Vec<u8>> = if channels.is_empty() {
        names(client, kind).iter().map(<[u8]>::to_vec).collect()
    } else {
        channels.iter().map(|channel| channel.to_vec()).collect()
    };
    if left.is_empty() {
        return vec![answer(word, None, count(client, kind))];
    }
    let mut replies = Vec::with_capacity(left.len());
    for channel in left {
        if names(client, kind).remove(&channel) {
            pubsub.remove(kind, &channel, client.id);
        }
        replies.push(answer(word, Some(&channel), count(client, kind)));
    }
    replies
}

const HELP: &[&str] = &[
    "PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
    "CHANNELS [<pattern>]",
    "    Return the currently active channels matching a <pattern> (default: '*').",
    "NUMPAT",
    "    Return number of subscriptions to patterns.",
    "NUMSUB [<channel> ...]",
    "    Return the number of subscribers for the specified channels, excluding",
    "    pattern subscriptions(default: no channels).",
    "SHARDCHANNELS [<pattern>]",
    "    Return the currently active shard level channels matching a <pattern> (default: '*').",
    "SHARDNUMSUB [<shardchannel> ...]",
    "    Return the number of subscribers for the specified shard level channel(s)",
    "HELP",
    "    Prints this help.",
];

/// `PUBSUB` with a subcommand.
pub(crate) fn pubsub(pubsub: &PubSub, subcommand: &str, argv: &[&[u8]]) -> Reply {
    let args = argv.get(2..).unwrap_or_default();
    let active = |listeners: &ByteMap<Vec<u64>>| -> Reply {
        if args.len() > 1 {
            return super::dispatch::unknown_subcommand(argv);
        }
        let wanted = |name: &&[u8]| args.first().is_none_or(|glob| matches(glob, name));
        listeners.keys().filter(wanted).map(Reply::bulk).collect()
    };
    let counts = |listeners: &ByteMap<Vec<u64>>| -> Reply {
        let count = |name: &[u8]| listeners.get(name).map_or(0, |ids| ids.len() as i64);
        args.iter().flat_map(|name| [Reply::bulk(*name), Reply::Integer(count(name))]).collect()
    };
    match subcommand {
        "pubsub|channels" => active(&pubsub.channels),
        "pubsub|shardchannels" => active(&pubsub.shards),
        "pubsub|numsub" => counts(&pubsub.channels),
        "pubsub|shardnumsub" => counts(&pubsub.shards),
        "pubsub|numpat" => Reply::Integer(pubsub.patterns.len() as i64),
        _ => help::reply(HELP),
    }
}
