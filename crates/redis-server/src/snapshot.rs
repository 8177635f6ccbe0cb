//! A server as bytes: its keyspace, its script engine, and what it is set to do.
//!
//! Connections and who waits on them are no part of it, and neither are users and passwords, which Redis keeps out of
//! its files as well: they are the configuration's.

use std::rc::Rc;

use redis_keyspace::Keyspace;
use redis_stdlib::{ScriptEngine, SnapshotError};
use snapshot::{Envelope, Reader, Writer, kind};

use crate::acl::UserCommands;
use crate::server::{Config, Server};

/// Version of the layout; the parts have their own.
const ENVELOPE: Envelope = Envelope { kind: kind::SERVER, version: 1, fingerprint: 0 };

impl Server {
    /// The server as bytes, to go on elsewhere or later with [`Server::restore`].
    ///
    /// # Errors
    /// [`SnapshotError::Busy`] while a script runs or a transaction of the keyspace is open.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        if self.job.is_some() {
            return Err(SnapshotError::Busy);
        }
        let mut out = Writer::new();
        let state = &self.state;
        out.number(state.busy_reply_threshold_ms);
        out.number(state.maxmemory);
        out.number(state.min_replicas_to_write);
        out.flag(state.serves_stale_data);
        out.flag(state.is_replica);
        out.flag(state.is_cluster);
        out.bytes(&self.keyspace.snapshot().ok_or(SnapshotError::Busy)?);
        out.bytes(&self.engine.snapshot()?);
        Ok(ENVELOPE.seal(&out.into_bytes()))
    }

    /// A server that goes on where the one that was saved stood. What clients can set with `CONFIG SET` is the
    /// snapshot's, but for the password; limits and seeds are the configuration's. The bytes may be anybody's.
    ///
    /// # Errors
    /// [`SnapshotError::Format`], [`SnapshotError::Memory`], and natives that the configuration does not have.
    pub fn restore(bytes: &[u8], config: Config) -> Result<Self, SnapshotError> {
        let mut input = Reader::new(ENVELOPE.open(bytes)?);
        let mut server = Self::new(config.clone()).map_err(|_| SnapshotError::Memory)?;
        let state = &mut server.state;
        state.busy_reply_threshold_ms = input.number()?;
        state.maxmemory = input.number()?;
        state.min_replicas_to_write = input.number()?;
        state.serves_stale_data = input.flag()?;
        state.is_replica = input.flag()?;
        state.is_cluster = input.flag()?;
        server.keyspace = Keyspace::restore(input.bytes()?, config.keyspace)?;
        server.keyspace.collect_notices(true);
        let commands = Rc::new(UserCommands(server.users.acting.clone()));
        let engine = redis_stdlib::Config { commands, ..config.engine };
        server.engine = ScriptEngine::restore(input.bytes()?, engine)?;
        input.finish()?;
        Ok(server)
    }
}
