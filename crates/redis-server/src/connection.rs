//! A connection: bytes in, bytes out, and why it is not answered for the moment.

use ordered::IdMap;
use resp::{Protocol, Reply, RequestDecoder};

use crate::client::{Client, Peer, Replies};
use crate::multi::{Command, Exec};

/// One client's connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) decoder: RequestDecoder,
    pub(crate) output: Vec<u8>,
    pub(crate) stand: Stand,
    /// The transaction that is being executed.
    pub(crate) exec: Option<Exec>,
    /// In the queue of those that are to be looked at again.
    pub(crate) is_queued: bool,
    /// In the list of those that have something to send.
    pub(crate) is_changed: bool,
    pub(crate) is_broken: bool,
    /// A request has been read that has to wait for the end of `CLIENT PAUSE`.
    pub(crate) is_paused: bool,
}

/// What a connection waits for before its next request is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    /// Nothing.
    Ready,
    /// The end of its script.
    Running,
    /// A key, or a moment.
    Waiting,
}

impl Connection {
    pub(crate) fn new(id: u64, peer: Peer, now_ms: u64) -> Self {
        let mut client = Client::new(id);
        client.peer = Some(peer);
        client.connected_ms = now_ms;
        client.active_ms = now_ms;
        Self {
            client,
            decoder: RequestDecoder::default(),
            output: Vec::new(),
            stand: Stand::Ready,
            exec: None,
            is_queued: false,
            is_changed: false,
            is_broken: false,
            is_paused: false,
        }
    }

    /// Sends a reply, unless the client wants none.
    pub(crate) fn send(&mut self, reply: &Reply) {
        // What subscriptions answer is sent even to those who want no replies.
        if self.client.replies == Replies::On || matches!(reply, Reply::Push(_)) {
            resp::encode(reply, self.client.protocol(), &mut self.output);
        }
    }

    /// Sends the number of replies that follow as one.
    pub(crate) fn send_count(&mut self, count: usize) {
        if self.client.replies == Replies::On {
            resp::put_array_header(count, &mut self.output);
        }
    }

    /// A command is done: one reply less to be skipped.
    pub(crate) fn command_done(&mut self) {
        self.client.replies = match self.client.replies {
            Replies::SkipNext => Replies::Skip,
            Replies::Skip => Replies::On,
            replies => replies,
        };
    }

    /// The command that is at work.
    pub(crate) fn current_command(&self) -> Command {
        match &self.exec {
            Some(exec) => exec.current().clone(),
            None => self.decoder.arguments().map(<[u8]>::to_vec).collect(),
        }
    }

    /// Sends what the client did not ask for just now.
    pub(crate) fn push(&mut self, message: &Message) {
        match (message, self.client.protocol()) {
            (Message::Push(message), protocol) => {
                resp::encode(message, protocol, &mut self.output);
            }
            (Message::Line(line), Protocol::Resp2 | Protocol::Resp3) => {
                resp::put_status(line, &mut self.output);
            }
        }
        if self.output.len() > OUTPUT_SIZE_MAX {
            self.is_broken = true;
        }
    }

    /// Whether there is something to send. The replies of a transaction are sent together.
    pub(crate) fn has_output(&self) -> bool {
        !self.output.is_empty() && self.exec.is_none()
    }

    /// Whether the connection is to be closed once its output is sent.
    pub(crate) fn is_closed(&self) -> bool {
        self.is_broken || self.client.wants_to_quit()
    }
}

/// Messages that a client may leave unread before it is sent away (Redis: `client-output-buffer-limit pubsub`).
const OUTPUT_SIZE_MAX: usize = 32 << 20;

/// What a client is sent without asking.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A message of a channel.
    Push(Reply),
    /// A line for `MONITOR`.
    Line(Vec<u8>),
}

/// All connections, by their number.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    /// `None` while the connection is at work.
    all: IdMap<u64, Option<Box<Connection>>>,
    last_id: u64,
    /// Those with something to send, or to be closed.
    changed: Vec<u64>,
}

impl Connections {
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The number of the latest connection, and of how many there have been.
    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn insert(&mut self, connection: Connection) {
        self.all.insert(connection.client.id, Some(Box::new(connection)));
    }

    pub(crate) fn remove(&mut self, id: u64) -> Option<Box<Connection>> {
        self.all.remove(id).flatten()
    }

    /// Takes a connection out to work with it; [`Self::put_back`] ends that.
    pub(crate) fn take(&mut self, id: u64) -> Option<Box<Connection>> {
        self.all.get_mut(id)?.take()
    }

    pub(crate) fn put_back(&mut self, mut connection: Box<Connection>) {
        Self::note(&mut self.changed, &mut connection);
        if let Some(place) = self.all.get_mut(connection.client.id) {
            *place = Some(connection);
        }
    }

    /// A connection that is not at work.
    pub(crate) fn get(&self, id: u64) -> Option<&Connection> {
        self.all.get(id)?.as_deref()
    }

    /// Works with a connection that is not at work already.
    pub(crate) fn with<R>(
        &mut self,
        id: u64,
        work: impl FnOnce(&mut Connection) -> R,
    ) -> Option<R> {
        let connection = self.all.get_mut(id)?.as_deref_mut()?;
        let result = work(connection);
        Self::note(&mut self.changed, connection);
        Some(result)
    }

    fn note(changed: &mut Vec<u64>, connection: &mut Connection) {
        let has_news = connection.has_output() || connection.is_closed();
        if has_news && !connection.is_changed {
            connection.is_changed = true;
            changed.push(connection.client.id);
        }
    }

    /// The connections that have come to have something to send, or are to be closed, since last asked.
    pub(crate) fn take_changed(&mut self) -> Vec<u64> {
        let changed = std::mem::take(&mut self.changed);
        for id in &changed {
            if let Some(Some(connection)) = self.all.get_mut(*id) {
                connection.is_changed = false;
            }
        }
        changed
    }

    /// Those that are not at work, by their number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Connection> {
        self.all.values().filter_map(|connection| connection.as_deref())
    }
}
