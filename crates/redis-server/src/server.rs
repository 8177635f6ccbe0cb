//! `Server`: a keyspace, a script engine, and the connections to them.
//!
//! There is no clock, no socket and no thread here. Whoever has the sockets tells what has come
//! ([`Server::receive`]), what time it is, takes what is to be sent ([`Server::take_output`]), and comes back
//! when something is due ([`Server::next`], [`Server::advance`]).

use std::collections::VecDeque;
use std::rc::Rc;

use redis_keyspace::command;
use redis_keyspace::{Keyspace, Session};
use redis_stdlib::{Request, ScriptEngine, ScriptError};
use resp::{Reply, Text};
use smallvec::SmallVec;

use crate::acl::{UserCommands, Users};
use crate::blocking::Waiting;
use crate::client::{Client, Peer};
use crate::connection::{Connection, Connections, Message, Stand};
use crate::dispatch::{self, Outcome};
use crate::limits;
use crate::multi::Exec;
use crate::pubsub::PubSub;
use crate::run::{self, Job};
use crate::state::State;
use crate::stats::Stats;

/// What a [`Server`] is made with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The keyspace.
    pub keyspace: redis_keyspace::Config,
    /// The script engine; its commands are replaced by those of the keyspace.
    pub engine: redis_stdlib::Config,
    /// What clients have to say before anything else (`requirepass`).
    pub password: Option<Vec<u8>>,
    /// How long a script may run before others are told that the server is busy (`busy-reply-threshold`).
    pub busy_reply_threshold_ms: u64,
    /// Most bytes that are held before commands that need more are refused; 0 for no limit.
    pub maxmemory: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            keyspace: redis_keyspace::Config::default(),
            engine: redis_stdlib::Config::default(),
            password: None,
            busy_reply_threshold_ms: limits::BUSY_REPLY_THRESHOLD_MS,
            maxmemory: 0,
        }
    }
}

/// Answers commands, of connections and of programs that hold a [`Client`].
#[derive(Debug)]
pub struct Server {
    pub(crate) keyspace: Keyspace,
    pub(crate) engine: ScriptEngine,
    pub(crate) connections: Connections,
    pub(crate) pubsub: PubSub,
    pub(crate) waiting: Waiting,
    /// The script that runs, when it has not ended in its first slice.
    pub(crate) job: Option<Job>,
    /// It has run for so long that others are told.
    is_busy: bool,
    /// Connections that are to be looked at again, in the order in which they had to wait.
    queue: VecDeque<u64>,
    pub(crate) pause: Option<Pause>,
    /// `DEBUG SLEEP`: until then, nobody is answered.
    pub(crate) sleeps_until_ms: Option<u64>,
    /// Clients that watch all commands.
    pub(crate) monitors: Vec<u64>,
    pub(crate) password: Option<Vec<u8>>,
    pub(crate) users: Users,
    pub(crate) state: State,
    pub(crate) stats: Stats,
    /// Errors that the commands of the script in progress have answered, the latest ones.
    pub(crate) script_errors: VecDeque<Text>,
    pub(crate) is_shut_down: bool,
    pub(crate) started_ms: u64,
    /// The most that [`Self::used_bytes`] has answered.
    pub(crate) used_peak: usize,
}

/// `CLIENT PAUSE`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pause {
    pub(crate) until_ms: u64,
    pub(crate) writes_only: bool,
}

/// When a server has something to do of its own accord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Now: a script runs.
    Now,
    /// At this Unix time in milliseconds.
    At(u64),
    /// When something comes in.
    Never,
}

impl Server {
    /// A server with empty databases.
    ///
    /// # Errors
    /// When the memory limit is too small for the script engine.
    pub fn new(config: Config) -> Result<Self, ScriptError> {
        let users = Users::default();
        let commands = Rc::new(UserCommands(users.acting.clone()));
        let engine = redis_stdlib::Config { commands, ..config.engine };
        let state = State {
            busy_reply_threshold_ms: config.busy_reply_threshold_ms,
            maxmemory: config.maxmemory as u64,
            ..State::default()
        };
        let mut keyspace = Keyspace::new(config.keyspace);
        keyspace.collect_notices(true);
        Ok(Self {
            keyspace,
            engine: ScriptEngine::new(engine)?,
            connections: Connections::default(),
            pubsub: PubSub::default(),
            waiting: Waiting::default(),
            job: None,
            is_busy: false,
            queue: VecDeque::new(),
            pause: None,
            sleeps_until_ms: None,
            monitors: Vec::new(),
            password: config.password,
            users,
            state,
            stats: Stats::default(),
            script_errors: VecDeque::new(),
            is_shut_down: false,
            started_ms: 0,
            used_peak: 0,
        })
    }

    /// The first that comes tells when the server began to run.
    pub(crate) fn begin(&mut self, now_ms: u64) {
        if self.started_ms == 0 {
            self.started_ms = now_ms;
        }
    }

    // ---- programs --------------------------------------------------------------------------------

    /// Runs one command of a client and answers what Redis would. `now_ms` is Unix time in milliseconds.
    /// Such a client does not wait, and cannot subscribe: it has nowhere to be sent something later. While a script
    /// of a connection is in progress it is told that the server is busy, from the start.
    pub fn execute<A: AsRef<[u8]>>(
        &mut self,
        client: &mut Client,
        argv: &[A],
        now_ms: u64,
    ) -> Reply {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().map(AsRef::as_ref).collect();
        self.begin(now_ms);
        // Connections would wait for a while before they are told that a script runs. A program cannot.
        let was_busy = std::mem::replace(&mut self.is_busy, self.job.is_some());
        let outcome = dispatch::execute(self, client, &argv, now_ms);
        self.is_busy = was_busy;
        let reply = self.at_once(client, outcome, now_ms);
        if self.connections.len() > 0 {
            self.settle(now_ms);
        } else if self.keyspace.has_notices() {
            // Nobody listens.
            self.keyspace.take_notices();
        }
        reply
    }

    /// The reply of a command to a client that does not wait.
    fn at_once(&mut self, client: &mut Client, outcome: Outcome, now_ms: u64) -> Reply {
        match outcome {
            Outcome::Reply(reply) => reply,
            Outcome::Replies(replies) => replies.into_iter().last().unwrap_or(Reply::Nil),
            Outcome::Nothing => Reply::Nil,
            Outcome::Wait(wait) => wait.refused(),
            Outcome::Script => run::to_end(self, client, now_ms),
            Outcome::Exec(commands) => commands
                .into_iter()
                .map(|argv| match self.perform(client, &argv, now_ms) {
                    // Transactions do not nest, so this ends here.
                    Outcome::Exec(_) => Reply::Nil,
                    outcome => self.at_once(client, outcome, now_ms),
                })
                .collect(),
        }
    }

    /// Runs a command of a transaction.
    fn perform(&mut self, client: &mut Client, argv: &[Vec<u8>], now_ms: u64) -> Outcome {
        let argv: SmallVec<[&[u8]; 8]> = argv.iter().map(Vec::as_slice).collect();
        match command::resolve(&argv) {
            Ok(command) => dispatch::run(self, client, command, &argv, now_ms),
            Err(refusal) => Outcome::Reply(refusal),
        }
    }

    /// Makes the server a node of a cluster that has all slots, as far as that refuses commands and scripts: keys
    /// of different slots, and the flags `no-cluster` and `allow-cross-slot-keys`.
    pub fn set_cluster(&mut self, is_cluster: bool) {
        self.state.is_cluster = is_cluster;
    }

    /// The databases.
    pub fn keyspace(&mut self) -> &mut Keyspace {
        &mut self.keyspace
    }

    /// The script engine.
    pub fn engine(&mut self) -> &mut ScriptEngine {
        &mut self.engine
    }

    /// Bytes that scripts, keys and values hold, about: what `maxmemory` is about and `INFO` shows as `used_memory`.
    pub fn used_bytes(&mut self) -> usize {
        let used = self.engine.memory().used_bytes.saturating_add(self.keyspace.used_bytes());
        self.used_peak = self.used_peak.max(used);
        used
    }

    /// Lets keys go, if the policy says so, when there is more than `maxmemory`. Answers what is used then.
    pub(crate) fn make_room(&mut self) -> usize {
        let used = self.used_bytes();
        let maxmemory = usize::try_from(self.state.maxmemory).unwrap_or(usize::MAX);
        if used <= maxmemory {
            return used;
        }
        let others = used.saturating_sub(self.keyspace.used_bytes());
        self.keyspace.evict(maxmemory.saturating_sub(others), limits::EVICTED_AT_ONCE);
        self.used_bytes()
    }

    /// Sends what has happened to keys to those who listen for it.
    fn tell_of_keys(&mut self) {
        if self.keyspace.has_notices() {
            tell_of_keys(&mut self.keyspace, &mut self.pubsub);
        }
    }

    /// Both at once: what a run of a script needs.
    pub fn parts(&mut self) -> (&mut Keyspace, &mut ScriptEngine) {
        (&mut self.keyspace, &mut self.engine)
    }

    // ---- connections -----------------------------------------------------------------------------

    /// A client has connected: the number of its connection.
    pub fn connect(&mut self, peer: Peer, now_ms: u64) -> u64 {
        self.begin(now_ms);
        let id = self.connections.next_id();
        let mut connection = Connection::new(id, peer, now_ms);
        connection.client.is_authenticated = self.password.is_none();
        self.connections.insert(connection);
        id
    }

    /// Number of connections whose command waits: for a key, or for the end of a pause.
    pub(crate) fn waiting_count(&self) -> usize {
        let paused = self.connections.iter().filter(|connection| connection.is_paused).count();
        self.waiting.len() + paused
    }

    /// Number of connections.
    pub fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// A client has gone, or is sent away.
    pub fn disconnect(&mut self, id: u64) {
        let Some(mut connection) = self.connections.remove(id) else { return };
        self.pubsub.forget(&mut connection.client);
        if connection.client.is_monitor {
            self.monitors.retain(|monitor| *monitor != id);
        }
        self.waiting.remove(&mut self.keyspace, id);
    }

    /// A client has sent these bytes. What can be answered is answered.
    pub fn receive(&mut self, id: u64, bytes: &[u8], now_ms: u64) {
        let Some(mut connection) = self.connections.take(id) else { return };
        connection.decoder.feed(bytes);
        connection.client.active_ms = now_ms;
        if connection.decoder.pending_size() > PENDING_SIZE_MAX {
            connection.is_broken = true;
        }
        self.serve(connection, now_ms);
        self.go_round(now_ms);
    }

    /// Does what is due: goes on with the script that runs, ends waits whose time is over, answers those who
    /// had to wait for that.
    pub fn advance(&mut self, now_ms: u64) {
        if let Some(mut job) = self.job.take() {
            let reply = run::slice(self, &mut job, now_ms);
            let id = job.client_id;
            if let Some(reply) = reply {
                self.is_busy = false;
                self.end_script(id, &reply, now_ms);
                self.wake_all();
            } else {
                if !self.is_busy && job.busy_from_ms(self.state.busy_reply_threshold_ms) <= now_ms {
                    self.is_busy = true;
                    self.wake_all();
                }
                self.job = Some(job);
            }
        }
        if self.sleeps_until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            self.sleeps_until_ms = None;
            self.wake_all();
        }
        if self.pause.is_some_and(|pause| pause.until_ms <= now_ms) {
            self.pause = None;
            self.wake_all();
        }
        let rests = self.job.is_some() || self.pause.is_some();
        if !rests && self.next_expiry_ms().is_some_and(|at_ms| at_ms <= now_ms) {
            self.keyspace.active_expire(now_ms, limits::EXPIRED_AT_ONCE);
            self.deliver(None);
        }
        while let Some(id) = self.waiting.next_over(now_ms) {
            let Some(wait) = self.waiting.remove(&mut self.keyspace, id) else { break };
            self.end_wait(id, &wait.timed_out());
        }
        self.go_round(now_ms);
    }

    /// When [`Self::advance`] is to be called next, if nothing comes in before.
    pub fn next(&self) -> Next {
        if self.job.is_some() {
            return Next::Now;
        }
        let pause = self.pause.map(|pause| pause.until_ms);
        let expiry = if pause.is_none() { self.next_expiry_ms() } else { None };
        let due = [self.sleeps_until_ms, pause, self.waiting.next_ms(), expiry];
        match due.into_iter().flatten().min() {
            Some(at_ms) => Next::At(at_ms),
            None => Next::Never,
        }
    }

    /// When keys that nobody asks for are to be looked at again, because one expires by then.
    fn next_expiry_ms(&self) -> Option<u64> {
        let expiry_ms = self.keyspace.next_expiry_ms()?;
        Some(expiry_ms.checked_next_multiple_of(limits::EXPIRY_INTERVAL_MS).unwrap_or(u64::MAX))
    }

    /// The connections that have come to have something to send, or are to be closed, since last asked.
    pub fn take_changed(&mut self) -> Vec<u64> {
        self.connections.take_changed()
    }

    /// Takes what is to be sent to a client. `out` gets it at its end.
    pub fn take_output(&mut self, id: u64, out: &mut Vec<u8>) {
        self.connections.with(id, |connection| {
            if !connection.has_output() {
                return;
            }
            if out.is_empty() {
                std::mem::swap(out, &mut connection.output);
            } else {
                out.append(&mut connection.output);
            }
        });
    }

    /// Whether a connection is to be closed once its output is sent; true for one that is not there.
    pub fn is_closed(&self, id: u64) -> bool {
        self.connections.get(id).is_none_or(Connection::is_closed)
    }

    /// Whether a client has asked for the end of it all.
    pub fn is_shut_down(&self) -> bool {
        self.is_shut_down
    }

    /// Whether a script has run for so long that others are told.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Whether nobody is answered for the moment.
    fn is_held(&self) -> bool {
        (self.job.is_some() && !self.is_busy)
            || self.sleeps_until_ms.is_some()
            || self.pause.is_some_and(|pause| !pause.writes_only)
    }

    /// Whether a command has to wait for the end of a pause.
    fn is_paused(&self, client: &Client, argv: &[&[u8]]) -> bool {
        if !self.pause.is_some_and(|pause| pause.writes_only) {
            return false;
        }
        let queue = client.transaction.queue.as_deref();
        match queue {
            Some(queue) if argv.first().is_some_and(|name| name.eq_ignore_ascii_case(b"exec")) => {
                queue.iter().any(|queued| {
                    let argv: SmallVec<[&[u8]; 8]> = queued.iter().map(Vec::as_slice).collect();
                    self.may_change(&argv)
                })
            }
            // It is only queued.
            Some(_) => false,
            None => self.may_change(argv),
        }
    }

    /// Whether a command may change something, here or on a replica.
    fn may_change(&self, argv: &[&[u8]]) -> bool {
        let Ok(command) = command::resolve(argv) else { return false };
        let text = argv.get(1).copied().unwrap_or_default();
        match command.name() {
            "eval" => self.engine.may_write(&Request::source(text)),
            "evalsha" => self.engine.may_write(&Request::digest_text(text)),
            "fcall" => self.engine.may_write(&Request::function(text)),
            "publish" | "spublish" | "pfcount" => true,
            _ => command.is_write(),
        }
    }

    /// Answers what a connection has sent, as far as that can be answered now, and puts it back.
    fn serve(&mut self, mut connection: Box<Connection>, now_ms: u64) {
        while connection.stand == Stand::Ready && !connection.is_closed() {
            if self.is_held() {
                if connection.decoder.pending_size() > 0 {
                    self.enqueue(&mut connection);
                }
                break;
            }
            let found = if connection.is_paused { Ok(true) } else { connection.decoder.advance() };
            let outcome = match found {
                Ok(true) => {
                    let Connection { client, decoder, is_paused, .. } = &mut *connection;
                    let argv: SmallVec<[&[u8]; 8]> = decoder.arguments().collect();
                    *is_paused = self.is_paused(client, &argv);
                    if *is_paused {
                        break;
                    }
                    dispatch::execute(self, client, &argv, now_ms)
                }
                Ok(false) => break,
                Err(error) => {
                    let text = format!("ERR Protocol error: {}", error.kind());
                    connection.is_broken = true;
                    Reply::Error(text.into_bytes().into()).into()
                }
            };
            self.carry_out(&mut connection, outcome, now_ms);
        }
        self.connections.put_back(connection);
    }

    /// Sees a command of a connection through to its reply, or to where it has to wait.
    fn carry_out(&mut self, connection: &mut Connection, outcome: Outcome, now_ms: u64) {
        match outcome {
            Outcome::Exec(commands) => {
                connection.send_count(commands.len());
                connection.exec = Some(Exec::new(commands));
                self.go_on_with_exec(connection, now_ms);
            }
            outcome => {
                if self.finish(connection, outcome, now_ms) {
                    connection.command_done();
                }
            }
        }
        self.deliver(Some(connection));
        self.wake_waiting(now_ms);
    }

    /// Runs the commands of a transaction until one has to wait.
    fn go_on_with_exec(&mut self, connection: &mut Connection, now_ms: u64) {
        while let Some(exec) = &mut connection.exec {
            if !exec.advance() {
                connection.exec = None;
                connection.command_done();
                if !self.monitors.is_empty() {
                    // Those who watch are told of the transaction's commands first.
                    let Client { session, peer, .. } = &connection.client;
                    let origin = peer.as_ref().map_or("", |peer| &peer.address).to_owned();
                    self.tell_monitors(&session.clone(), &origin, "exec", &[b"exec"], now_ms);
                }
                return;
            }
            let outcome = self.perform(&mut connection.client, exec.current(), now_ms);
            if !self.finish(connection, outcome, now_ms) {
                return;
            }
        }
    }

    /// Answers a command; false when the connection has to wait for the reply.
    fn finish(&mut self, connection: &mut Connection, outcome: Outcome, now_ms: u64) -> bool {
        // What the command has published comes before its reply.
        self.tell_of_keys();
        if !self.pubsub.outbox.is_empty() {
            self.deliver(Some(connection));
        }
        match outcome {
            Outcome::Reply(reply) => connection.send(&reply),
            Outcome::Replies(replies) => replies.iter().for_each(|reply| connection.send(reply)),
            // Transactions do not nest.
            Outcome::Nothing | Outcome::Exec(_) => {}
            Outcome::Wait(wait) if connection.exec.is_some() => connection.send(&wait.refused()),
            Outcome::Wait(wait) => {
                connection.stand = Stand::Waiting;
                let (id, protocol) = (connection.client.id, connection.client.protocol());
                self.waiting.insert(&mut self.keyspace, id, wait, protocol);
                return false;
            }
            Outcome::Script => {
                let mut job = Job::new(&connection.client, now_ms);
                let Some(reply) = run::slice(self, &mut job, now_ms) else {
                    job.argv = connection.current_command();
                    connection.stand = Stand::Running;
                    self.job = Some(job);
                    return false;
                };
                self.deliver(Some(connection));
                connection.send(&reply);
            }
        }
        true
    }

    /// The script of a connection has ended: sends the reply, and goes on with the transaction it was part of.
    fn end_script(&mut self, id: u64, reply: &Reply, now_ms: u64) {
        // Its client may have gone meanwhile.
        let Some(mut connection) = self.connections.take(id) else { return };
        self.deliver(Some(&mut connection));
        connection.send(reply);
        connection.stand = Stand::Ready;
        if connection.exec.is_some() {
            self.go_on_with_exec(&mut connection, now_ms);
        } else {
            connection.command_done();
        }
        self.deliver(Some(&mut connection));
        self.enqueue(&mut connection);
        self.connections.put_back(connection);
        self.wake_waiting(now_ms);
    }

    /// A client has waited for the last time: sends the reply.
    pub(crate) fn end_wait(&mut self, id: u64, reply: &Reply) {
        if let Reply::Error(text) = reply {
            let name = self.connections.with(id, |connection| connection.client.command);
            self.stats.failed_late(name.unwrap_or_default(), text);
        }
        let is_there = self.connections.with(id, |connection| {
            connection.send(reply);
            connection.command_done();
            connection.stand = Stand::Ready;
            !std::mem::replace(&mut connection.is_queued, true)
        });
        if is_there == Some(true) {
            self.queue.push_back(id);
        }
    }

    /// What a program has changed concerns those who wait and listen, too. [`Self::execute`] sees to it itself.
    pub fn settle(&mut self, now_ms: u64) {
        self.deliver(None);
        self.wake_waiting(now_ms);
        self.go_round(now_ms);
    }

    /// Sends the messages that are on their way. `current` is the connection that is at work.
    fn deliver(&mut self, mut current: Option<&mut Connection>) {
        self.tell_of_keys();
        if self.pubsub.outbox.is_empty() {
            return;
        }
        for (id, message) in std::mem::take(&mut self.pubsub.outbox) {
            match &mut current {
                Some(connection) if connection.client.id == id => connection.push(&message),
                _ => drop(self.connections.with(id, |connection| connection.push(&message))),
            }
        }
    }

    /// Serves those who wait for keys that have come to be.
    fn wake_waiting(&mut self, now_ms: u64) {
        if !self.waiting.is_for_keys() || self.job.is_some() {
            return;
        }
        // Who is served may bring about another key, but each time one waits less.
        for _ in 0..=self.waiting.len() {
            let touched = self.keyspace.take_touched();
            if touched.is_empty() {
                return;
            }
            for (db, key) in touched {
                for (id, reply) in self.waiting.serve(&mut self.keyspace, db, key, now_ms) {
                    self.end_wait(id, &reply);
                }
            }
            self.deliver(None);
        }
    }

    /// Looks again at a connection when its turn comes.
    fn enqueue(&mut self, connection: &mut Connection) {
        if !connection.is_queued {
            connection.is_queued = true;
            self.queue.push_back(connection.client.id);
        }
    }

    /// Has all connections looked at again that had to wait.
    pub(crate) fn wake_all(&mut self) {
        let ids: Vec<u64> = self
            .connections
            .iter()
            .filter(|connection| {
                connection.stand == Stand::Ready
                    && !connection.is_queued
                    && (connection.decoder.pending_size() > 0 || connection.is_paused)
            })
            .map(|connection| connection.client.id)
            .collect();
        for id in ids {
            self.connections.with(id, |connection| connection.is_queued = true);
            self.queue.push_back(id);
        }
    }

    /// Serves the connections that are to be looked at again, each once.
    fn go_round(&mut self, now_ms: u64) {
        let mut rounds = self.queue.len();
        while rounds > 0 && !self.is_held() {
            rounds -= 1;
            let Some(id) = self.queue.pop_front() else { return };
            if let Some(mut connection) = self.connections.take(id) {
                connection.is_queued = false;
                self.serve(connection, now_ms);
            }
            if rounds == 0 {
                rounds = self.queue.len();
            }
        }
    }

    /// Tells those who watch of a command.
    #[cold]
    pub(crate) fn tell_monitors(
        &mut self,
        session: &Session,
        origin: &str,
        name: &str,
        argv: &[&[u8]],
        now_ms: u64,
    ) {
        let mut line =
            format!("{}.{:06} [{} {origin}]", now_ms / 1000, now_ms % 1000 * 1000, session.db)
                .into_bytes();
        for (at, argument) in argv.iter().enumerate() {
            line.push(b' ');
            let is_secret = name == "auth" && at > 0;
            resp::human::put_quoted(if is_secret { b"(redacted)" } else { argument }, &mut line);
        }
        let message = Message::Line(line);
        self.pubsub.outbox.extend(self.monitors.iter().map(|id| (*id, message.clone())));
    }
}

/// Publishes what has happened to keys.
#[cold]
pub(crate) fn tell_of_keys(keyspace: &mut Keyspace, pubsub: &mut PubSub) {
    for notice in keyspace.take_notices() {
        for (channel, message) in notice.messages() {
            pubsub.publish(&channel, &message);
        }
    }
}

/// Bytes that a client may send ahead of what is answered (Redis: `client-query-buffer-limit`).
const PENDING_SIZE_MAX: usize = 1 << 30;
