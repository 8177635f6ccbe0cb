//! Commands that wait, against a live redis-server: what the waiting client is sent, and what is left.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::time::Duration;

use redis_keyspace::blocking::Wait;
use redis_keyspace::{Config, Keyspace, Session};
use resp::{Protocol, Reply};
use support::{Compare, Server, encoded};

/// Commands before, the commands of the clients that wait, the commands of another client, and one that
/// shows what is left. Clients that still wait at the end time out.
type Scenario =
    (&'static [&'static str], &'static [&'static str], &'static [&'static str], &'static str);

const SCENARIOS: &[Scenario] = &[
    (&[], &["BLPOP a b 1"], &["RPUSH b 1 2", "RPUSH a 3"], "LRANGE b 0 -1"),
    (&[], &["BRPOP a b 1"], &["SET a x", "RPUSH b 1 2"], "LRANGE b 0 -1"),
    (&[], &["BLPOP a 1", "BLPOP a 1"], &["RPUSH a 1", "RPUSH a 2 3"], "LRANGE a 0 -1"),
    (&[], &["BLPOP a 1", "BRPOP a 1"], &["RPUSH a 1 2 3"], "LRANGE a 0 -1"),
    (&[], &["BLPOP a 1"], &["SADD a 1", "DEL a", "LPUSH a 1"], "EXISTS a"),
    (&[], &["BLPOP a 1"], &["RPUSH b 1", "RENAME b a"], "EXISTS a"),
    (&[], &["BLPOP a 1"], &["RPUSH b 1", "COPY b a"], "EXISTS a"),
    (&[], &["BLPOP a 0.3"], &["SET a x"], "TYPE a"),
    (&[], &["BLPOP a 1"], &["SELECT 1", "RPUSH a 7", "SWAPDB 0 1"], "EXISTS a"),
    (&[], &["BLMOVE a b LEFT RIGHT 1", "BLPOP b 1"], &["RPUSH a 1 2"], "LRANGE a 0 -1"),
    (&[], &["BRPOPLPUSH a b 1"], &["RPUSH a 1 2"], "LRANGE b 0 -1"),
    (&["SET b x"], &["BLMOVE a b LEFT RIGHT 1"], &["RPUSH a 1 2"], "LRANGE a 0 -1"),
    (&[], &["BLMOVE a a LEFT RIGHT 1"], &["RPUSH a 1 2"], "LRANGE a 0 -1"),
    (&[], &["BLMPOP 1 2 a b LEFT COUNT 2"], &["RPUSH b 1 2 3"], "LRANGE b 0 -1"),
    (&[], &["BLMPOP 1 2 a b RIGHT"], &["RPUSH b 1 2 3"], "LRANGE b 0 -1"),
    (&[], &["BZPOPMIN a b 1"], &["ZADD b 2.5 x 1 y"], "ZRANGE b 0 -1"),
    (&[], &["BZPOPMAX a b 1"], &["ZADD b 2.5 x 1 y"], "ZRANGE b 0 -1"),
    (&[], &["BZPOPMAX a b 1"], &["RPUSH b 2.5", "DEL b", "ZADD b 2.5 x"], "TYPE b"),
    (&[], &["BZMPOP 1 2 a b MIN COUNT 5"], &["ZADD b 2.5 x 1 y"], "EXISTS b"),
    (&[], &["XREAD BLOCK 1000 STREAMS a b $ $"], &["XADD b 1-1 f v", "XADD a 1-1 f v"], "XLEN a"),
    (&[], &["XREAD BLOCK 1000 STREAMS a 5"], &["XADD a 1-1 f v", "XADD a 6-1 f v"], "XLEN a"),
    (
        &[],
        &["XREAD COUNT 1 BLOCK 500 STREAMS a $"],
        &["XADD a 1-1 f v", "XADD a 6-1 f v"],
        "XLEN a",
    ),
    (&[], &["XREAD BLOCK 300 STREAMS a $"], &["RPUSH a 1"], "TYPE a"),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &[
            "XREADGROUP GROUP g c BLOCK 1000 STREAMS a >",
            "XREADGROUP GROUP g d BLOCK 1000 STREAMS a >",
        ],
        &["XADD a 1-1 f v", "XADD a 1-2 f v"],
        "XPENDING a g",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c COUNT 1 NOACK BLOCK 1000 STREAMS a >"],
        &["XADD a 1-1 f v", "XADD a 1-2 f v"],
        "XPENDING a g",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c BLOCK 1000 STREAMS a >"],
        &["DEL a"],
        "EXISTS a",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c BLOCK 1000 STREAMS a >"],
        &["XGROUP DESTROY a g"],
        "EXISTS a",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c BLOCK 1000 STREAMS a >"],
        &["SET a x"],
        "TYPE a",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c BLOCK 1000 STREAMS a >"],
        &["FLUSHALL"],
        "TYPE a",
    ),
    (
        &["XGROUP CREATE a g $ MKSTREAM"],
        &["XREADGROUP GROUP g c BLOCK 300 STREAMS a >"],
        &["XGROUP SETID a g 5-5", "XADD a 1-1 f v"],
        "XPENDING a g",
    ),
];

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// A server in miniature: no sockets, but clients that wait.
struct Miniature {
    keyspace: Keyspace,
    waiting: Vec<(usize, Wait)>,
    replies: Vec<Option<Reply>>,
    protocol: Protocol,
}

impl Miniature {
    fn run(&mut self, session: &mut Session, line: &str) -> Reply {
        let reply = self.keyspace.execute(session, &words(line), 1);
        loop {
            let touched = self.keyspace.take_touched();
            if touched.is_empty() {
                return reply;
            }
            for (db, key) in touched {
                self.serve(db, &key);
            }
        }
    }

    fn serve(&mut self, db: usize, key: &[u8]) {
        let Self { keyspace, waiting, replies, protocol } = self;
        waiting.retain(|(client, wait)| {
            if wait.db() != db || !wait.keys().any(|other| other == key) {
                return true;
            }
            let Some(reply) = keyspace.retry(wait, key, *protocol, 1) else { return true };
            keyspace.unwatch(wait);
            replies[*client] = Some(reply);
            false
        });
    }
}

#[test]
fn waiting_clients_are_served_as_by_redis() {
    let Some(server) = Server::start() else { return };
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        for (before, blocked, then, left) in SCENARIOS {
            let place = format!("{protocol:?} {blocked:?} {then:?}");
            let mut other = server.connect(protocol);
            other.ask(&["FLUSHALL"]);
            for line in *before {
                other.ask(&words(line));
            }
            let mut clients: Vec<_> = blocked
                .iter()
                .map(|line| {
                    let mut client = server.connect(protocol);
                    client.send(&words(line));
                    std::thread::sleep(Duration::from_millis(20));
                    client
                })
                .collect();
            for line in *then {
                other.ask(&words(line));
            }
            let mut theirs: Vec<Vec<u8>> =
                clients.iter_mut().map(support::Connection::receive).collect();
            theirs.push(other.ask(&words(left)));

            let mut session = Session { resp: protocol, ..Session::default() };
            let mut here = Miniature {
                keyspace: Keyspace::new(Config::default()),
                waiting: Vec::new(),
                replies: vec![None; blocked.len()],
                protocol,
            };
            for line in *before {
                here.run(&mut session, line);
            }
            for (client, line) in blocked.iter().enumerate() {
                here.run(&mut Session { resp: protocol, ..Session::default() }, line);
                let wait = here.keyspace.take_wait().expect("the command waits");
                here.keyspace.watch(&wait);
                here.waiting.push((client, wait));
            }
            for line in *then {
                here.run(&mut session, line);
            }
            for (client, wait) in std::mem::take(&mut here.waiting) {
                here.keyspace.unwatch(&wait);
                here.replies[client] = Some(wait.timeout_reply());
            }
            let last = here.run(&mut session, left);
            let ours = here.replies.iter().map(|reply| reply.clone().unwrap()).chain([last]);
            for (ours, theirs) in ours.zip(theirs) {
                let ours = encoded(&ours, protocol);
                assert_eq!(
                    Compare::Bytes.normalize(ours),
                    Compare::Bytes.normalize(theirs),
                    "{place}"
                );
            }
        }
    }
}
