//! A real redis-server to ask, when one is installed, and what the tests of this crate share.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test uses a part")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use resp::{Protocol, Reply, ReplyDecoder};

/// A redis-server of our own on a free port; it ends with this value.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// `None`, and a line on standard error, when redis-server is not on the path; a failure if
    /// `REQUIRE_ORACLES` is set, so that nothing is left out unseen.
    pub(crate) fn start() -> Option<Server> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            assert!(
                std::env::var_os("REQUIRE_ORACLES").is_none(),
                "redis-server is not on the path"
            );
            eprintln!("redis-server is not on the path: only recorded replies are compared");
            return None;
        };
        let server = Server { child, port };
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "redis-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(server)
    }

    pub(crate) fn connect(&self, protocol: Protocol) -> Connection {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut connection = Connection { stream };
        let version = if protocol == Protocol::Resp3 { "3" } else { "2" };
        connection.ask(&[b"HELLO", version.as_bytes()]);
        connection
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
}

impl Connection {
    /// The bytes of the reply to one command.
    pub(crate) fn ask<A: AsRef<[u8]>>(&mut self, argv: &[A]) -> Vec<u8> {
        self.ask_all(&[argv]).remove(0)
    }

    /// The bytes of the replies to several commands, sent at once.
    pub(crate) fn ask_all<A: AsRef<[u8]>>(&mut self, commands: &[&[A]]) -> Vec<Vec<u8>> {
        let mut request = Vec::new();
        for argv in commands {
            resp::encode_command(argv, &mut request);
        }
        self.stream.write_all(&request).unwrap();
        self.receive_all(commands.len())
    }

    /// Sends a command whose reply may take its time.
    pub(crate) fn send<A: AsRef<[u8]>>(&mut self, argv: &[A]) {
        let mut request = Vec::new();
        resp::encode_command(argv, &mut request);
        self.stream.write_all(&request).unwrap();
    }

    /// The bytes of the reply to a command that has been sent.
    pub(crate) fn receive(&mut self) -> Vec<u8> {
        self.receive_all(1).remove(0)
    }

    fn receive_all(&mut self, count: usize) -> Vec<Vec<u8>> {
        let mut decoder = ReplyDecoder::default();
        let mut bytes = Vec::new();
        let mut replies = Vec::new();
        let mut buffer = vec![0; 65536];
        while replies.len() < count {
            let size = self.stream.read(&mut buffer).unwrap();
            assert!(size > 0, "redis-server has closed the connection");
            for &byte in &buffer[..size] {
                bytes.push(byte);
                decoder.feed(&[byte]);
                if byte == b'\n' && decoder.next().unwrap().is_some() {
                    replies.push(std::mem::take(&mut bytes));
                }
            }
        }
        replies
    }
}

/// How much of a reply must be equal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compare {
    Bytes,
    /// The order of members (of pairs in a map) does not matter.
    Unordered,
    /// Only the type and the number of members.
    Shape,
    /// Whatever looks like a time of today does not matter.
    Times,
}

impl Compare {
    /// The bytes to compare.
    pub(crate) fn normalize(self, bytes: Vec<u8>) -> String {
        if self == Compare::Bytes {
            return bytes.escape_ascii().to_string();
        }
        if self == Compare::Times {
            return without_times(&bytes);
        }
        let mut decoder = ReplyDecoder::default();
        decoder.feed(&bytes);
        match decoder.next().unwrap().unwrap() {
            reply if self == Compare::Shape => shape(&reply),
            Reply::Map(items) => {
                let mut pairs: Vec<_> = items.pairs().map(|pair| format!("{pair:?}")).collect();
                pairs.sort();
                format!("%{}", pairs.join(" "))
            }
            Reply::Array(items) => format!("*{}", sorted(&items)),
            Reply::Set(items) => format!("~{}", sorted(&items)),
            reply => format!("{reply:?}"),
        }
    }
}

/// The text with `T` for every number that is as long as the time in milliseconds.
fn without_times(bytes: &[u8]) -> String {
    let mut text = String::new();
    for run in bytes.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        if run.len() == 13 && run[0] == b'1' {
            text.push('T');
        } else {
            text += &run.escape_ascii().to_string();
        }
    }
    text
}

fn sorted(items: &[Reply]) -> String {
    let mut texts: Vec<_> = items
        .iter()
        .map(|item| match item {
            // The second half of what SCAN answers.
            Reply::Array(items) => sorted(items),
            item => format!("{item:?}"),
        })
        .collect();
    texts.sort();
    texts.join(" ")
}

fn shape(reply: &Reply) -> String {
    let kind = match reply {
        Reply::Array(_) => "array",
        Reply::Map(_) => "map",
        Reply::Set(_) => "set",
        Reply::Bulk(_) => "bulk",
        Reply::Integer(_) => "integer",
        Reply::Double(_) | Reply::Decimal(_) => "double",
        other => return format!("{other:?}"),
    };
    let inner = reply.items().map(|items| items.iter().map(shape).collect::<Vec<_>>().join(","));
    format!("{kind}({})", inner.unwrap_or_default())
}

pub(crate) fn encoded(reply: &Reply, protocol: Protocol) -> Vec<u8> {
    let mut bytes = Vec::new();
    resp::encode(reply, protocol, &mut bytes);
    bytes
}
