//! What the server remembers of a client.

use redis_keyspace::Session;
use resp::Protocol;

use crate::multi::Transaction;

/// A client: its choices, and the transaction that it has begun.
#[derive(Debug, Default)]
pub struct Client {
    pub(crate) id: u64,
    pub(crate) name: Vec<u8>,
    pub(crate) session: Session,
    pub(crate) transaction: Transaction,
    pub(crate) wants_to_quit: bool,
}

impl Client {
    /// A client that has said nothing yet.
    pub fn new(id: u64) -> Self {
        Self { id, ..Self::default() }
    }

    /// The protocol that it speaks.
    pub fn protocol(&self) -> Protocol {
        self.session.resp
    }

    /// Chooses the protocol, as `HELLO` does.
    pub fn set_protocol(&mut self, protocol: Protocol) {
        self.session.resp = protocol;
    }

    /// The database that it has selected, and its protocol.
    pub fn session(&self) -> Session {
        self.session
    }

    /// Whether it has said `QUIT`.
    pub fn wants_to_quit(&self) -> bool {
        self.wants_to_quit
    }
}
