//! Redmoon's side: a server without sockets, fed the bytes that a client would send.

use redis_server::{Config, Next, Peer, Server};
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
    client: u64,
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
        let mut server = Server::new(config).map_err(|error| error.to_string())?;
        let client = server.connect(Peer::default(), NOW_MS);
        let mut here = Here { server, client, request: Vec::new() };
        here.speak(protocol);
        Ok(here)
    }

    /// Chooses the protocol.
    pub fn speak(&mut self, protocol: Protocol) {
        let version: &[u8] = if protocol == Protocol::Resp3 { b"3" } else { b"2" };
        self.ask(&[b"HELLO", version]);
    }

    /// Fuel that the script which ran last has used.
    pub fn fuel_used(&mut self) -> u64 {
        self.server.engine().fuel_used()
    }

    /// The raw reply to a command.
    pub fn ask<A: AsRef<[u8]>>(&mut self, argv: &[A]) -> Vec<u8> {
        self.request.clear();
        encode_command(argv, &mut self.request);
        self.server.receive(self.client, &self.request, NOW_MS);
        let mut reply = Vec::new();
        // A script runs in slices. Who waits for a key waits in vain: the only client is this one.
        loop {
            self.server.take_output(self.client, &mut reply);
            match self.server.next() {
                Next::Now => self.server.advance(NOW_MS),
                Next::At(at_ms) if reply.is_empty() => self.server.advance(at_ms.max(NOW_MS)),
                Next::At(_) | Next::Never => break,
            }
        }
        reply
    }
}
