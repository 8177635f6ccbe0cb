//! What the server remembers of a client.

use ordered::ByteSet;
use redis_keyspace::Session;
use resp::Protocol;

use crate::multi::Transaction;

/// A client: its choices, and the transaction that it has begun.
#[derive(Debug)]
pub struct Client {
    pub(crate) id: u64,
    pub(crate) name: Vec<u8>,
    pub(crate) session: Session,
    pub(crate) transaction: Transaction,
    pub(crate) wants_to_quit: bool,
    pub(crate) is_authenticated: bool,
    /// The name of its user; `None` for the default user.
    pub(crate) user: Option<Vec<u8>>,
    pub(crate) subscriptions: Subscriptions,
    pub(crate) replies: Replies,
    pub(crate) is_monitor: bool,
    pub(crate) no_evict: bool,
    /// Where it is, when it has a connection. Only then can it wait and be sent what it did not ask for.
    pub(crate) peer: Option<Peer>,
    pub(crate) connected_ms: u64,
    pub(crate) active_ms: u64,
    /// The command that it sent last.
    pub(crate) command: &'static str,
    /// The command that has started its script.
    pub(crate) script_command: &'static str,
}

/// The two ends of a connection, as `CLIENT LIST` shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peer {
    /// Address and port of the client.
    pub address: String,
    /// Address and port of the server that it is connected to.
    pub local_address: String,
}

/// The channels and patterns that a client listens to.
#[derive(Debug, Default)]
pub(crate) struct Subscriptions {
    pub(crate) channels: ByteSet,
    pub(crate) patterns: ByteSet,
    pub(crate) shards: ByteSet,
}

impl Subscriptions {
    pub(crate) fn is_empty(&self) -> bool {
        self.channels.is_empty() && self.patterns.is_empty() && self.shards.is_empty()
    }
}

/// Which replies are sent: `CLIENT REPLY`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Replies {
    #[default]
    On,
    Off,
    /// The command in progress said that the next one is not to be answered.
    SkipNext,
    Skip,
}

impl Client {
    /// A client that has said nothing yet. It has no connection, and needs no password.
    pub fn new(id: u64) -> Self {
        Self {
            id,
            name: Vec::new(),
            session: Session::default(),
            transaction: Transaction::default(),
            wants_to_quit: false,
            is_authenticated: true,
            user: None,
            subscriptions: Subscriptions::default(),
            replies: Replies::default(),
            is_monitor: false,
            no_evict: false,
            peer: None,
            connected_ms: 0,
            active_ms: 0,
            command: "NULL",
            script_command: "eval",
        }
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

    /// In RESP2, one who listens can only go on or stop listening: replies and messages look alike.
    pub(crate) fn only_listens(&self) -> bool {
        self.session.resp == Protocol::Resp2 && !self.subscriptions.is_empty()
    }
}
