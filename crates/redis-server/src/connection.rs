//! A connection: bytes fed, bytes taken.

use resp::{Reply, RequestDecoder};

use crate::client::Client;
use crate::server::Server;

/// One client's connection.
#[derive(Debug)]
pub struct Connection {
    client: Client,
    decoder: RequestDecoder,
    output: Vec<u8>,
    is_broken: bool,
}

impl Connection {
    /// A connection on which nothing has been said.
    pub fn new(id: u64) -> Self {
        Self {
            client: Client::new(id),
            decoder: RequestDecoder::default(),
            output: Vec::new(),
            is_broken: false,
        }
    }

    /// Takes bytes that the client has sent.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.decoder.feed(bytes);
    }

    /// Answers what has been received in full.
    pub(crate) fn serve(&mut self, server: &mut Server, now_ms: u64) {
        while !self.is_closed() {
            match self.decoder.next() {
                Ok(Some(argv)) if argv.is_empty() => {}
                Ok(Some(argv)) => {
                    let reply = server.execute(&mut self.client, &argv, now_ms);
                    self.send(&reply);
                }
                Ok(None) => return,
                Err(error) => {
                    let text = format!("ERR Protocol error: {}", error.kind());
                    self.send(&Reply::Error(text.into_bytes().into()));
                    self.is_broken = true;
                }
            }
        }
    }

    fn send(&mut self, reply: &Reply) {
        resp::encode(reply, self.client.protocol(), &mut self.output);
    }

    /// What is to be sent to the client.
    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    /// Whether the connection is to be closed once its output is sent.
    pub fn is_closed(&self) -> bool {
        self.is_broken || self.client.wants_to_quit()
    }
}
