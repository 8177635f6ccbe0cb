//! The other side: a redis-server of our own on a free port of the loopback interface.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use resp::{Protocol, encode_command};

use crate::case::Argv;
use crate::wire::reply_size;

/// How long one reply may take.
const REPLY_MAX: Duration = Duration::from_secs(20);

/// A running redis-server; it ends with this value.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    port: u16,
    version: String,
}

/// A client of the server. Commands may be sent ahead of reading their replies.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
    at: usize,
}

impl Oracle {
    /// Starts the `redis-server` on the search path; `None` when there is none, or not 7.0.
    ///
    /// # Errors
    /// When it is there and does not answer.
    pub fn start() -> io::Result<Option<Oracle>> {
        let Ok(output) = Command::new("redis-server").arg("--version").output() else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_once("v=").and_then(|(_, rest)| rest.split(' ').next());
        let version = version.unwrap_or_default().to_owned();
        if !version.starts_with("7.0.") {
            return Ok(None);
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "no", "--enable-debug-command", "yes"])
            .args(["--loglevel", "warning", "--slowlog-log-slower-than", "-1"])
            .current_dir(std::env::temp_dir())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let oracle = Oracle { child, port, version };
        for _ in 0..200 {
            if let Ok(mut client) = oracle.connect(Protocol::Resp2)
                && client.ask(&[b"PING"]).is_ok_and(|reply| reply == b"+PONG\r\n")
            {
                return Ok(Some(oracle));
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        Err(io::Error::other("redis-server does not answer"))
    }

    /// What it says of itself, `7.0.15` say.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A new connection.
    ///
    /// # Errors
    /// When the server has gone away.
    pub fn connect(&self, protocol: Protocol) -> io::Result<Client> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(REPLY_MAX))?;
        let mut client = Client { stream, received: Vec::new(), at: 0 };
        if protocol == Protocol::Resp3 {
            client.ask(&[&b"HELLO"[..], b"3"])?;
        }
        Ok(client)
    }

    /// The replies to commands on an empty server.
    ///
    /// # Errors
    /// When the server does not answer.
    pub fn play(&self, commands: &[Argv], protocol: Protocol) -> io::Result<Vec<Vec<u8>>> {
        let mut client = self.connect(Protocol::Resp2)?;
        let mut request = Vec::new();
        let version: &[u8] = if protocol == Protocol::Resp3 { b"3" } else { b"2" };
        encode_command(&[b"FLUSHALL"], &mut request);
        encode_command(&["SCRIPT", "FLUSH"], &mut request);
        encode_command(&["FUNCTION", "FLUSH"], &mut request);
        encode_command(&[&b"HELLO"[..], version], &mut request);
        client.send(&request)?;
        for _ in 0..4 {
            client.receive()?;
        }
        // One by one, as a command may close the connection or wait.
        commands.iter().map(|argv| client.ask(argv)).collect()
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Client {
    /// Sends bytes.
    ///
    /// # Errors
    /// When the server has gone away.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// The next raw reply.
    ///
    /// # Errors
    /// When the server has gone away or takes too long.
    pub fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let rest = self.received.get(self.at..).unwrap_or_default();
            if let Some(size) = reply_size(rest).map_err(io::Error::other)? {
                let reply = rest.get(..size).unwrap_or_default().to_vec();
                self.at += size;
                return Ok(reply);
            }
            self.received.drain(..self.at);
            self.at = 0;
            let size = self.stream.read(&mut buffer)?;
            if size == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.received.extend_from_slice(&buffer[..size]);
        }
    }

    /// The raw reply to a command.
    ///
    /// # Errors
    /// As [`Client::receive`].
    pub fn ask<A: AsRef<[u8]>>(&mut self, argv: &[A]) -> io::Result<Vec<u8>> {
        let mut request = Vec::new();
        encode_command(argv, &mut request);
        self.send(&request)?;
        self.receive()
    }
}
