//! `Redis`: scripts on a keyspace in memory, in three lines; and `Run`: a script whose commands you answer.
//!
//! ```
//! use redmoon::{Limits, ManualClock, Redis, Script};
//!
//! let mut db = Redis::builder()
//!     .limits(Limits::default().fuel(5_000_000).memory(32 << 20))
//!     .clock(ManualClock::at(1_700_000_000_000))
//!     .seed(1)
//!     .build()?;
//! let hits: i64 = Script::new("return redis.call('INCRBY', KEYS[1], ARGV[1])")
//!     .key("hits")
//!     .arg(5)
//!     .invoke(&mut db)?;
//! assert_eq!(hits, 5);
//! assert_eq!(db.call::<String>(&["GET", "hits"])?, "5");
//! # Ok::<(), redmoon::Error>(())
//! ```

mod clock;
mod error;
mod reply;
mod run;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use redis_stdlib::{Argv, ErrorKind, LogLevel, ScriptError};
pub use reply::{FromReply, ToArg};
pub use resp::{Protocol, Reply};
pub use run::{Fuel, Run, Step};

use redis_server::{Client, KeyspaceHost, Server};
pub use redis_stdlib::{Environment, Request};

use redis_stdlib::Sha1;

/// What scripts may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    fuel: u64,
    memory_bytes: usize,
}

impl Default for Limits {
    /// A billion units of fuel, which is some seconds, and 256 MB.
    fn default() -> Self {
        Self { fuel: 1_000_000_000, memory_bytes: 256 << 20 }
    }
}

impl Limits {
    /// Most fuel that one run may use: about one unit for a call, a turn of a loop, or 64 bytes copied.
    #[must_use]
    pub fn fuel(self, fuel: u64) -> Self {
        Self { fuel, ..self }
    }

    /// Most memory that scripts may hold, in bytes; keys and values do not count.
    #[must_use]
    pub fn memory(self, memory_bytes: usize) -> Self {
        Self { memory_bytes, ..self }
    }
}

/// Makes a [`Redis`].
#[derive(Debug, Default)]
pub struct Builder {
    limits: Limits,
    clock: Option<Box<dyn Clock>>,
    seed: u64,
    random_seed: Option<u64>,
    environment: Environment,
}

impl Builder {
    /// Sets what scripts may use.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Sets where the time comes from; the system's clock until then.
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Some(Box::new(clock)), ..self }
    }

    /// Seeds everything that is chosen at random: same seed, same clock, same commands, same bytes.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, random_seed: Some(seed), ..self }
    }

    /// Sets what scripts see besides Redis's own libraries; nothing until then.
    #[must_use]
    pub fn environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    /// An empty Redis.
    ///
    /// # Errors
    /// [`ErrorKind::Memory`] when the limit is too small for the script libraries.
    pub fn build(self) -> Result<Redis, Error> {
        let config = redis_server::Config {
            keyspace: redis_keyspace::Config { seed: self.seed, ..Default::default() },
            engine: redis_stdlib::Config {
                memory_bytes: self.limits.memory_bytes,
                fuel: self.limits.fuel,
                random_seed: self.random_seed,
                environment: self.environment,
                ..Default::default()
            },
            ..Default::default()
        };
        Ok(Redis {
            server: Server::new(config)?,
            client: Client::new(1),
            clock: self.clock.unwrap_or_else(|| Box::new(SystemClock)),
        })
    }
}

/// A Redis in memory: commands, and scripts.
#[derive(Debug)]
pub struct Redis {
    server: Server,
    client: Client,
    clock: Box<dyn Clock>,
}

impl Redis {
    /// An empty Redis with default limits and the system's clock.
    ///
    /// # Errors
    /// Never with the default limits.
    pub fn new() -> Result<Redis, Error> {
        Self::builder().build()
    }

    /// Makes a Redis with limits, a clock and a seed of your own.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Runs a command.
    ///
    /// # Errors
    /// [`Error::Reply`] for an error reply, [`Error::Type`] when the reply is no `T`.
    pub fn call<T: FromReply>(&mut self, argv: &[impl AsRef<[u8]>]) -> Result<T, Error> {
        T::from_reply(self.execute(argv))
    }

    /// Runs a command and gives the reply as it is, errors included.
    pub fn execute(&mut self, argv: &[impl AsRef<[u8]>]) -> Reply {
        let now_ms = self.clock.now_ms();
        self.server.execute(&mut self.client, argv, now_ms)
    }

    /// Chooses the protocol that replies are shaped for; RESP2 until then.
    pub fn set_protocol(&mut self, protocol: Protocol) {
        self.client.set_protocol(protocol);
    }

    /// Sets where `redis.log` goes; nowhere until then.
    pub fn set_log(&mut self, log: impl FnMut(LogLevel, &[u8]) + 'static) {
        self.server.engine().set_log(log);
    }

    /// Starts a script whose commands you answer, or let the keyspace answer, whenever you like.
    ///
    /// No thread and no runtime is needed: the script stops at each command, and when its fuel for the
    /// moment is used up. Commands need not be Redis's.
    ///
    /// ```
    /// use redmoon::{Fuel, Redis, Reply, Script, Step};
    ///
    /// let mut db = Redis::new()?;
    /// let script = Script::new("return redis.call('GET', KEYS[1]) .. '!'");
    /// let mut run = db.start(&script, &["greeting"], &[] as &[&str])?;
    /// let reply = loop {
    ///     match run.resume(Fuel(10_000)) {
    ///         Step::Done(result) => break result?,
    ///         Step::OutOfFuel => {} // let others work, then go on
    ///         Step::Call(command) => {
    ///             assert_eq!(command.get(1), Some(&b"greeting"[..]));
    ///             run.answer(Reply::bulk("hello"));
    ///         }
    ///     }
    /// };
    /// assert_eq!(reply, Reply::bulk("hello!"));
    /// # Ok::<(), redmoon::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Compile`], [`ErrorKind::Memory`].
    pub fn start(
        &mut self,
        script: &Script,
        keys: &[impl AsRef<[u8]>],
        args: &[impl AsRef<[u8]>],
    ) -> Result<Run<'_>, Error> {
        let request = Request::source(&script.text).keys(keys).args(args).any_command();
        self.server.engine().start(&request)?;
        Ok(Run::new(self))
    }

    /// The script engine, for what this face leaves out.
    pub fn engine(&mut self) -> &mut redis_stdlib::ScriptEngine {
        self.server.engine()
    }

    /// Runs a script to its end and gives the reply as it is.
    ///
    /// # Errors
    /// What the script raised, or what ended it.
    pub fn eval(&mut self, request: &Request<'_>) -> Result<Reply, ScriptError> {
        let now_ms = self.clock.now_ms();
        let (keyspace, engine) = self.server.parts();
        let session = self.client.session();
        engine.eval(&mut KeyspaceHost { keyspace, session, now_ms }, request)
    }
}

/// A script: its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    text: Vec<u8>,
}

impl Script {
    /// A script with this text. It is compiled when it first runs, once.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into() }
    }

    /// The text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The SHA-1 by which `EVALSHA` knows it, in hexadecimal.
    pub fn sha1(&self) -> String {
        Sha1::of(&self.text).to_string()
    }

    /// Adds to `KEYS`.
    pub fn key(&self, key: impl ToArg) -> Invocation<'_> {
        self.prepare().key(key)
    }

    /// Adds to `ARGV`.
    pub fn arg(&self, arg: impl ToArg) -> Invocation<'_> {
        self.prepare().arg(arg)
    }

    /// An invocation without keys and arguments.
    pub fn prepare(&self) -> Invocation<'_> {
        Invocation { script: self, keys: Vec::new(), args: Vec::new(), read_only: false }
    }

    /// Runs the script without keys and arguments.
    ///
    /// # Errors
    /// As [`Invocation::invoke`].
    pub fn invoke<T: FromReply>(&self, db: &mut Redis) -> Result<T, Error> {
        self.prepare().invoke(db)
    }
}

/// A script with its keys and arguments.
#[derive(Clone, Debug)]
pub struct Invocation<'a> {
    script: &'a Script,
    keys: Vec<Vec<u8>>,
    args: Vec<Vec<u8>>,
    read_only: bool,
}

impl Invocation<'_> {
    /// Adds to `KEYS`.
    #[must_use]
    pub fn key(mut self, key: impl ToArg) -> Self {
        self.keys.push(key.to_arg());
        self
    }

    /// Adds to `ARGV`.
    #[must_use]
    pub fn arg(mut self, arg: impl ToArg) -> Self {
        self.args.push(arg.to_arg());
        self
    }

    /// Lets the script call no command that writes, as `EVAL_RO` does.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Runs the script to its end on the keyspace of `db`.
    ///
    /// # Errors
    /// [`Error::Script`] for what the script raised or a limit that ended it, [`Error::Reply`] for an error
    /// that it returned, [`Error::Type`] when its reply is no `T`.
    pub fn invoke<T: FromReply>(&self, db: &mut Redis) -> Result<T, Error> {
        let mut request = Request::source(&self.script.text).keys(&self.keys).args(&self.args);
        if self.read_only {
            request = request.read_only();
        }
        T::from_reply(db.eval(&request)?)
    }
}
