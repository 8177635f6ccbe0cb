//! A Redis server without sockets: bytes in, bytes out, and the time is handed in.
//!
//! ```
//! use redis_server::{Config, Peer, Server};
//!
//! let mut server = Server::new(Config::default())?;
//! let now_ms = 1_700_000_000_000;
//! let id = server.connect(Peer::default(), now_ms);
//! server.receive(id, b"INCR hits\r\n*3\r\n$4\r\nEVAL\r\n$28\r\nreturn redis.call('GET', 'k')\r\n$1\r\n0\r\n", now_ms);
//! let mut bytes = Vec::new();
//! server.take_output(id, &mut bytes);
//! assert!(bytes.starts_with(b":1\r\n"));
//! # Ok::<(), redis_stdlib::ScriptError>(())
//! ```

pub mod limits;

mod acl;
mod client;
mod help;
mod state;
mod stats;
pub use client::{Client, Peer};

mod multi;
mod pubsub;

mod function;
mod script;
mod slot;
pub use script::{KeyspaceHost, TableCommands};
pub use slot::key_slot;

mod blocking;

mod admin;
mod clients;
mod dispatch;

mod connection;
mod run;

mod server;
mod snapshot;
pub use server::{Config, Next, Server};

use resp::{Protocol, Reply, ReplyDecoder};

/// A reply as a client of `protocol` reads it: in RESP2 maps are flat lists, doubles are texts, and so on.
pub fn shaped_for(reply: Reply, protocol: Protocol) -> Reply {
    if protocol == Protocol::Resp3 {
        return reply;
    }
    let mut bytes = Vec::new();
    resp::encode(&reply, protocol, &mut bytes);
    let mut decoder = ReplyDecoder::default();
    decoder.feed(&bytes);
    match decoder.next() {
        Ok(Some(shaped)) => shaped,
        // Only a reply nested more deeply than any script can make it.
        _ => reply,
    }
}
