//! `Server`: a keyspace and a script engine.

use std::rc::Rc;

use redis_keyspace::Keyspace;
use redis_stdlib::{ScriptEngine, ScriptError};
use resp::Reply;

use crate::client::Client;
use crate::connection::Connection;
use crate::dispatch;
use crate::limits;
use crate::script::{self, Run, TableCommands};
use crate::state::State;

/// What a [`Server`] is made with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The keyspace.
    pub keyspace: redis_keyspace::Config,
    /// The script engine; its commands are replaced by those of the keyspace.
    pub engine: redis_stdlib::Config,
}

/// Answers commands.
/// [`Self::execute`] runs scripts to their end. A server with several clients uses [`Self::begin`], which leaves a
/// long script after a first slice of work, and then [`Self::step`] until it has given the script's reply:
///
/// ```
/// use redis_server::{Client, Config, Server};
///
/// let mut server = Server::new(Config::default())?;
/// let (mut client, mut other) = (Client::new(1), Client::new(2));
/// let now_ms = 1_700_000_000_000;
/// let script = "while true do end";
/// let mut reply = server.begin(&mut client, &["EVAL", script, "0"], now_ms);
/// assert!(reply.is_none() && server.is_running());
/// // For a while nobody else is served; then the script is slow, and commands of others are refused.
/// assert!(!server.is_slow(now_ms + 100) && server.is_slow(now_ms + 5_000));
/// let busy = server.execute(&mut other, &["GET", "key"], now_ms + 5_000);
/// assert!(busy.is_error());
/// // Only a kill gets through, as long as the script has not written.
/// server.execute(&mut other, &["SCRIPT", "KILL"], now_ms + 5_000);
/// while reply.is_none() {
///     reply = server.step(&mut client, 100_000, now_ms + 5_000);
/// }
/// # Ok::<(), redis_stdlib::ScriptError>(())
/// ```
#[derive(Debug)]
pub struct Server {
    pub(crate) keyspace: Keyspace,
    pub(crate) engine: ScriptEngine,
    pub(crate) state: State,
    /// A script in progress.
    pub(crate) run: Option<Run>,
    /// Fuel of a script's first slice, when scripts run in slices.
    pub(crate) slice: Option<u64>,
}

impl Server {
    /// A server with empty databases.
    ///
    /// # Errors
    /// When the memory limit is too small for the script engine.
    pub fn new(config: Config) -> Result<Self, ScriptError> {
        let engine = redis_stdlib::Config { commands: Rc::new(TableCommands), ..config.engine };
        Ok(Self {
            keyspace: Keyspace::new(config.keyspace),
            engine: ScriptEngine::new(engine)?,
            state: State::default(),
            run: None,
            slice: None,
        })
    }

    /// Runs one command of a client and answers what Redis would. `now_ms` is Unix time in milliseconds.
    pub fn execute<A: AsRef<[u8]>>(
        &mut self,
        client: &mut Client,
        argv: &[A],
        now_ms: u64,
    ) -> Reply {
        let argv: Vec<&[u8]> = argv.iter().map(AsRef::as_ref).collect();
        dispatch::execute(self, client, &argv, now_ms)
    }

    /// As [`Self::execute`], but a script, also one in a transaction, is left after a first slice of work. `None`
    /// then: [`Self::step`] goes on with it and gives the reply. Until it has, commands of other clients are
    /// refused as those of a server that is busy, so ask [`Self::is_slow`] before you let them through.
    pub fn begin<A: AsRef<[u8]>>(
        &mut self,
        client: &mut Client,
        argv: &[A],
        now_ms: u64,
    ) -> Option<Reply> {
        self.slice = Some(limits::SLICE);
        let reply = self.execute(client, argv, now_ms);
        self.slice = None;
        self.run.is_none().then_some(reply)
    }

    /// Goes on with the script in progress for about `fuel` units of work. `client` is the one that began it.
    /// Gives the reply to its command when that has ended.
    pub fn step(&mut self, client: &mut Client, fuel: u64, now_ms: u64) -> Option<Reply> {
        let (reply, run) = script::step(self, fuel, now_ms)?;
        let Some((mut replies, rest)) = run.transaction else { return Some(reply) };
        replies.push(reply);
        self.slice = Some(limits::SLICE);
        let reply = dispatch::run_queue(self, client, replies, rest, now_ms);
        self.slice = None;
        self.run.is_none().then_some(reply)
    }

    /// Whether a script is in progress.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Whether a script has been in progress for so long that commands of other clients are no longer to wait
    /// for it, but to be refused: `busy-reply-threshold`.
    pub fn is_slow(&self, now_ms: u64) -> bool {
        let threshold_ms = self.state.busy_reply_threshold_ms;
        self.run.as_ref().is_some_and(|run| now_ms.saturating_sub(run.started_ms) >= threshold_ms)
    }

    /// Sets after how many milliseconds a script in progress is slow; 5,000 until then.
    pub fn set_busy_reply_threshold(&mut self, threshold_ms: u64) {
        self.state.busy_reply_threshold_ms = threshold_ms;
    }

    /// Drops the script in progress without a reply: its client is gone.
    pub fn abort(&mut self) {
        self.run = None;
        self.engine.abort();
    }

    /// Answers all commands that a connection has received in full.
    pub fn serve(&mut self, connection: &mut Connection, now_ms: u64) {
        connection.serve(self, now_ms);
    }

    /// The databases.
    pub fn keyspace(&mut self) -> &mut Keyspace {
        &mut self.keyspace
    }

    /// The script engine.
    pub fn engine(&mut self) -> &mut ScriptEngine {
        &mut self.engine
    }

    /// Both at once: what a run of a script needs.
    pub fn parts(&mut self) -> (&mut Keyspace, &mut ScriptEngine) {
        (&mut self.keyspace, &mut self.engine)
    }
}
