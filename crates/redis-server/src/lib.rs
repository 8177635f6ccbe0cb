//! A Redis server without sockets: bytes in, bytes out, and the time is handed in.
//!
//! ```
//! use redis_server::{Config, Connection, Server};
//!
//! let mut server = Server::new(Config::default())?;
//! let mut connection = Connection::new(1);
//! let now_ms = 1_700_000_000_000;
//! connection.feed(b"INCR hits\r\n*3\r\n$4\r\nEVAL\r\n$28\r\nreturn redis.call('GET', 'k')\r\n$1\r\n0\r\n");
//! server.serve(&mut connection, now_ms);
//! assert!(connection.take_output().starts_with(b":1\r\n"));
//! # Ok::<(), redis_stdlib::ScriptError>(())
//! ```

pub mod limits;

mod client;
mod state;
pub use client::Client;

mod function;
mod script;
pub use script::{KeyspaceHost, TableCommands};

mod multi;

mod dispatch;
mod server;
pub use server::{Config, Server};

mod connection;
pub use connection::Connection;

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
