//! A TCP port for [`redis_server::Server`]: one thread, one task for each connection.
//!
//! A task reads what has come, lets the server answer it, and writes the answers: one system call each for a
//! whole batch of commands. What a command brings about for others (messages, ends of waits) is noted by the
//! server, and their tasks are woken. While a script runs on, its slices take turns with the tasks.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use redis_server::{Next, Peer, Server};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::LocalSet;

use crate::redis::Clock;

/// Most connections at a time (Redis: `maxclients`).
const CONNECTIONS_MAX: usize = 10_000;

/// What a connection too many is told.
const TOO_MANY: &[u8] = b"-ERR max number of clients reached\r\n";

/// Bytes read at once.
const READ_SIZE: usize = 1 << 16;

/// How long to wait when the system has no file for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A server that listens.
#[derive(Debug)]
pub struct Listening {
    listener: std::net::TcpListener,
    address: SocketAddr,
}

/// Takes an address to listen at; port 0 chooses a free one.
///
/// # Errors
/// The system's: the port is in use, the address is not of this machine, and so on.
pub fn listen(address: SocketAddr) -> io::Result<Listening> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok(Listening { listener, address })
}

impl Listening {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until a client says `SHUTDOWN`, or `stop` is ready. Answers whether it was a client.
    ///
    /// # Errors
    /// When the system gives no runtime.
    pub fn serve(
        self,
        server: Server,
        clock: Box<dyn Clock>,
        stop: impl Future<Output = ()> + 'static,
    ) -> io::Result<bool> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let shared = Rc::new(Shared {
            server: RefCell::new(server),
            clock,
            wakers: RefCell::default(),
            due: Notify::new(),
            over: Notify::new(),
            input: RefCell::new(vec![0; READ_SIZE]),
            is_over: Cell::new(false),
        });
        let tasks = LocalSet::new();
        let by_client = tasks.block_on(&runtime, async {
            let listener = TcpListener::from_std(self.listener)?;
            tokio::task::spawn_local(accept(shared.clone(), listener));
            tokio::task::spawn_local(keep_time(shared.clone()));
            let by_client = tokio::select! {
                () = shared.over.notified() => true,
                () = stop => false,
            };
            Ok::<_, io::Error>(by_client)
        })?;
        Ok(by_client)
    }
}

/// What all tasks share.
struct Shared {
    server: RefCell<Server>,
    clock: Box<dyn Clock>,
    /// Wakes the task of a connection that has something to send.
    wakers: RefCell<BTreeMap<u64, Rc<Notify>>>,
    /// Wakes the task that keeps time: something new is due.
    due: Notify,
    /// A client has said `SHUTDOWN`.
    over: Notify,
    is_over: Cell<bool>,
    /// Where what has come is read to.
    input: RefCell<Vec<u8>>,
}

impl Shared {
    /// Does something with the server, and sees to what comes of it for others than `own`.
    fn with<R>(&self, own: u64, work: impl FnOnce(&mut Server, u64) -> R) -> R {
        let mut server = self.server.borrow_mut();
        let before = server.next();
        let result = work(&mut server, self.clock.now_ms());
        for id in server.take_changed() {
            if id != own
                && let Some(waker) = self.wakers.borrow().get(&id)
            {
                waker.notify_one();
            }
        }
        if server.next() != before {
            self.due.notify_one();
        }
        if server.is_shut_down() && !self.is_over.replace(true) {
            self.over.notify_one();
        }
        result
    }
}

async fn accept(shared: Rc<Shared>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => {
                if shared.server.borrow().connection_count() >= CONNECTIONS_MAX {
                    // The client may have gone already.
                    let _ = stream.try_write(TOO_MANY);
                    continue;
                }
                // Without it replies only come later.
                let _ = stream.set_nodelay(true);
                tokio::task::spawn_local(converse(shared.clone(), stream, address));
            }
            // Out of files, or the client has gone before it was met.
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

/// A connection from its beginning to its end.
async fn converse(shared: Rc<Shared>, mut stream: TcpStream, address: SocketAddr) {
    let local_address = stream.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let peer = Peer { address: address.to_string(), local_address };
    let id = shared.with(0, |server, now_ms| server.connect(peer, now_ms));
    let waker = Rc::new(Notify::new());
    shared.wakers.borrow_mut().insert(id, waker.clone());
    // However it ends, the connection is over.
    let _ = answer(&shared, &mut stream, id, &waker).await;
    shared.wakers.borrow_mut().remove(&id);
    shared.with(id, |server, _| server.disconnect(id));
}

async fn answer(
    shared: &Shared,
    stream: &mut TcpStream,
    id: u64,
    waker: &Notify,
) -> io::Result<()> {
    let mut output = Vec::new();
    let (mut reader, writer) = stream.split();
    loop {
        tokio::select! {
            biased;
            is_open = poll_fn(|cx| poll_read(shared, &mut reader, id, cx)) => {
                if !is_open? {
                    return Ok(());
                }
            }
            () = waker.notified() => {}
        }
        shared.server.borrow_mut().take_output(id, &mut output);
        write_all(&writer, &output).await?;
        output.clear();
        if output.capacity() > READ_SIZE {
            output = Vec::new();
        }
        if shared.server.borrow().is_closed(id) {
            return Ok(());
        }
    }
}

/// Reads what has come and has it answered; false at the end. When that leaves room in the buffer, nothing more
/// has come: the runtime knows then, and the system is not asked once more.
fn poll_read(
    shared: &Shared,
    reader: &mut ReadHalf<'_>,
    id: u64,
    cx: &mut Context<'_>,
) -> Poll<io::Result<bool>> {
    let mut input = shared.input.borrow_mut();
    let mut buffer = ReadBuf::new(&mut input);
    ready!(Pin::new(reader).poll_read(cx, &mut buffer))?;
    let bytes = buffer.filled();
    if bytes.is_empty() {
        return Poll::Ready(Ok(false));
    }
    shared.with(id, |server, now_ms| server.receive(id, bytes, now_ms));
    Poll::Ready(Ok(true))
}

async fn write_all(stream: &WriteHalf<'_>, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(size) => bytes = bytes.get(size..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Has the server do what is due: slices of a script, ends of waits.
async fn keep_time(shared: Rc<Shared>) {
    loop {
        let next = shared.server.borrow().next();
        match next {
            Next::Now => tokio::task::yield_now().await,
            Next::Never => {
                shared.due.notified().await;
                continue;
            }
            Next::At(at_ms) => {
                let left = Duration::from_millis(at_ms.saturating_sub(shared.clock.now_ms()));
                tokio::select! {
                    () = shared.due.notified() => continue,
                    () = tokio::time::sleep(left) => {}
                }
            }
        }
        shared.with(0, Server::advance);
    }
}
