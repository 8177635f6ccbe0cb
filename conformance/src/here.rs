//! Redmoon's side: a server without sockets, fed the bytes that a client would send.

use redis_server::{Config, Connection, Server};
use resp::{Protocol, encode_command};

/// The moment at which everything happens, in Unix milliseconds.
const NOW_MS: u64 = 1_700_000_000_000;

/// Enough for every case that ends on the real server.
const FUEL: u64 = 400_000_000;
const MEMORY_BYTES: usize = 1 << 30;

/// A server with one client.
#[derive(Debug)]
pub struct Here {
    server: Server,
    connection: Connection,
    request: Vec<u8>,
}

impl Here {
    /// An empty server, and a client that has chosen its protocol.
    ///
    /// # Errors
    /// When the engine cannot be made.
    pub fn new(protocol: Protocol) -> Result<Here, String> {
        let mut config = Config::default();
        config.engine.fuel = FUEL;
        config.engine.memory_bytes = MEMORY_BYTES;
        let server = Server::new(config).map_err(|error| error.to_string())?;
        let mut here = Here { server, connection: Connection::new(1), request: Vec::new() };
        here.speak(protocol);
        Ok(here)
    }

    /// Chooses the protocol.
    pub fn speak(&mut self, protocol: Protocol) {
        let version: &[u8] = if protocol == Protocol::Resp3 { b"3" } else { b"2" };
        self.ask(&[b"HELLO", version]);
    }

    /// The raw reply to a command.
    pub fn ask<A: AsRef<[u8]>>(&mut self, argv: &[A]) -> Vec<u8> {
        self.request.clear();
        encode_command(argv, &mut self.request);
        self.connection.feed(&self.request);
        self.server.serve(&mut self.connection, NOW_MS);
        self.connection.take_output()
    }
}
