//! `Server`: a keyspace and a script engine.

use std::rc::Rc;

use redis_keyspace::Keyspace;
use redis_stdlib::{ScriptEngine, ScriptError};
use resp::Reply;

use crate::client::Client;
use crate::connection::Connection;
use crate::dispatch;
use crate::script::TableCommands;

/// What a [`Server`] is made with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The keyspace.
    pub keyspace: redis_keyspace::Config,
    /// The script engine; its commands are replaced by those of the keyspace.
    pub engine: redis_stdlib::Config,
}

/// Answers commands.
#[derive(Debug)]
pub struct Server {
    pub(crate) keyspace: Keyspace,
    pub(crate) engine: ScriptEngine,
}

impl Server {
    /// A server with empty databases.
    ///
    /// # Errors
    /// When the memory limit is too small for the script engine.
    pub fn new(config: Config) -> Result<Self, ScriptError> {
        let engine = redis_stdlib::Config { commands: Rc::new(TableCommands), ..config.engine };
        Ok(Self { keyspace: Keyspace::new(config.keyspace), engine: ScriptEngine::new(engine)? })
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
