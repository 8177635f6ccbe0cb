//! `redmoon serve` with the clients that people use: conversations byte for byte as with redis-server, redis-cli,
//! redis-benchmark, ioredis, node-redis, BullMQ, redis-py. `cargo xtask setup` installs them; one that is absent is
//! shown as ignored, or fails when nothing may be skipped.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};
use redmoon_tests::oracle::{find, strict};
use redmoon_tests::runner::redmoon;

/// What the tests say to a server before others are told that it is busy.
const BUSY: [&str; 2] = ["--busy-reply-threshold", "100"];

/// How long a reply may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to wait for something that should not come.
const QUIET: Duration = Duration::from_millis(15);

fn main() {
    let node = |file: &'static str| {
        let is_there = clients().join("node_modules").is_dir() && find("node").is_some();
        trial(file, is_there, move || run_node(file))
    };
    let has = |program: &str| find(program).is_some();
    let tests = vec![
        trial("wire.txt", has("redis-server"), wire),
        trial("redis-cli", has("redis-cli"), redis_cli),
        trial("redis-benchmark", has("redis-benchmark"), redis_benchmark),
        node("ioredis.test.mjs"),
        node("node-redis.test.mjs"),
        node("bullmq.test.mjs"),
        trial("redis_py_test.py", python().is_some(), redis_py),
        trial("serve says why it cannot", true, refusals),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit();
}

/// A test that is ignored when what it needs is absent, unless nothing may be skipped.
fn trial(
    name: &str,
    is_there: bool,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let missing = || Err("is not installed; cargo xtask setup installs it".into());
    if is_there {
        Trial::test(name, test)
    } else {
        eprintln!("{name}: skipped, since its client is absent: cargo xtask setup");
        Trial::test(name, missing).with_ignored_flag(!strict())
    }
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// A Python that has redis-py: the one that `cargo xtask setup` makes, or the system's.
fn python() -> Option<PathBuf> {
    let own = redmoon().ok()?.parent()?.parent()?.join("tools/python/bin/python3");
    let all = [Some(own), find("python3")];
    all.into_iter().flatten().find(|python| {
        let import = Command::new(python)
            .args(["-c", "import redis; assert redis.VERSION[0] >= 5"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        import.is_ok_and(|status| status.success())
    })
}

/// A server of the tests' own; it ends with them.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(program: &Path, args: &[&str]) -> Result<Server, Failed> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new(program)
            .args(args)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(BUSY)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Server { process, port };
        let begin = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if begin.elapsed() > PATIENCE {
                return Err(format!("{} does not listen", program.display()).into());
            }
            sleep(QUIET);
        }
        Ok(server)
    }

    fn redmoon() -> Result<Server, Failed> {
        Self::start(&redmoon()?, &["serve"])
    }

    fn real() -> Result<Server, Failed> {
        let args = ["--save", "", "--appendonly", "no", "--enable-debug-command", "yes"];
        Self::start(Path::new("redis-server"), &args)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

// ---- conversations ---------------------------------------------------------------------------------

/// A connection, and all that has come on it.
struct Line {
    stream: TcpStream,
    heard: Vec<u8>,
    is_closed: bool,
}

impl Line {
    fn open(port: u16) -> Result<Line, Failed> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nonblocking(true)?;
        Ok(Line { stream, heard: Vec::new(), is_closed: false })
    }

    fn send(&mut self, bytes: &[u8]) {
        // The other side may have closed.
        let _ = self.stream.write_all(bytes);
    }

    fn listen(&mut self) {
        let mut bytes = [0; 4096];
        while !self.is_closed {
            match self.stream.read(&mut bytes) {
                Ok(0) => self.close(),
                Ok(size) => self.heard.extend_from_slice(&bytes[..size]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => self.close(),
            }
        }
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.heard.extend_from_slice(b"<closed>");
    }
}

type Lines = BTreeMap<String, [Line; 2]>;

fn wire() -> Result<(), Failed> {
    let servers = [Server::redmoon()?, Server::real()?];
    let text = fs::read_to_string(clients().join("wire.txt"))?;
    let mut lines = Lines::new();
    let mut said = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line == "---" {
            lines.clear();
            said.clear();
            let mut cleaner = [Line::open(servers[0].port)?, Line::open(servers[1].port)?];
            for line in &mut cleaner {
                line.send(b"FLUSHALL\r\n");
            }
            agree(&mut Lines::from([(String::new(), cleaner)]))?;
            continue;
        }
        let Some((who, request)) = line.split_once(' ').filter(|(who, _)| *who != "#") else {
            continue;
        };
        said.push(line);
        if who == "~" {
            sleep(Duration::from_millis(request.parse()?));
            continue;
        }
        if !lines.contains_key(who) {
            let pair = [Line::open(servers[0].port)?, Line::open(servers[1].port)?];
            lines.insert(who.to_owned(), pair);
        }
        let bytes = match request.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            Some(raw) => unescape(raw),
            None => [request.as_bytes(), b"\r\n"].concat(),
        };
        if let Some(pair) = lines.get_mut(who) {
            for line in pair {
                line.send(&bytes);
            }
        }
        agree(&mut lines).map_err(|difference| {
            let said = said.join("\n");
            Failed::from(format!("wire.txt:{}\n{said}\n{difference}", number + 1))
        })?;
    }
    Ok(())
}

/// Waits until both servers have said the same on all connections, and for a moment longer.
fn agree(lines: &mut Lines) -> Result<(), String> {
    let begin = Instant::now();
    loop {
        sleep(Duration::from_millis(1));
        lines.values_mut().flatten().for_each(Line::listen);
        let difference = lines
            .iter()
            .map(|(who, pair)| (who, pair.each_ref().map(|line| without_ids(&line.heard))))
            .find(|(_, [ours, real])| ours != real);
        match difference {
            None if begin.elapsed() > QUIET => return Ok(()),
            Some((who, [ours, real])) if begin.elapsed() > PATIENCE => {
                let common = ours.iter().zip(&real).take_while(|(a, b)| a == b).count();
                let rest = |bytes: &[u8]| bytes[common..].escape_ascii().to_string();
                return Err(format!("{who} hears {}\nand should {}", rest(&ours), rest(&real)));
            }
            _ => {}
        }
    }
}

/// The numbers of connections in what `HELLO` answers are each server's own.
fn without_ids(heard: &[u8]) -> Vec<u8> {
    const FIELD: &[u8] = b"$2\r\nid\r\n:";
    let mut out = Vec::new();
    let mut rest = heard;
    while let Some(at) = rest.windows(FIELD.len()).position(|window| window == FIELD) {
        let (before, after) = rest.split_at(at + FIELD.len());
        out.extend_from_slice(before);
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest = &after[digits..];
    }
    out.extend_from_slice(rest);
    out
}

fn unescape(raw: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        match (byte, byte == b'\\') {
            (_, true) => match rest.next() {
                Some(b'r') => out.push(b'\r'),
                Some(b'n') => out.push(b'\n'),
                Some(b'\\') => out.push(b'\\'),
                other => out.extend([b'\\'].into_iter().chain(other)),
            },
            (byte, false) => out.push(byte),
        }
    }
    out
}

// ---- clients ---------------------------------------------------------------------------------------

/// Runs a command to its end; what it printed.
fn run(command: &mut Command) -> Result<String, Failed> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if !output.status.success() {
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        return Err(format!("{:?}: {}\n{out}\n{error}", command, output.status).into());
    }
    Ok(text(&output.stdout))
}

fn run_node(file: &str) -> Result<(), Failed> {
    let mut node = Command::new("node");
    node.current_dir(clients()).args(["--test", "--test-reporter=tap", file]);
    run(node.env("REDMOON", redmoon()?)).map(drop)
}

fn redis_py() -> Result<(), Failed> {
    let server = Server::redmoon()?;
    let mut python = Command::new(python().ok_or("no Python")?);
    python.current_dir(clients()).arg("redis_py_test.py");
    run(python.env("REDIS_PORT", server.port.to_string())).map(drop)
}

fn redis_cli() -> Result<(), Failed> {
    let server = Server::redmoon()?;
    let port = server.port.to_string();
    let cli = |args: &[&str]| run(Command::new("redis-cli").args(["-p", &port]).args(args));
    let check = |args: &[&str], expected: &str| {
        let printed = cli(args)?;
        if printed != expected {
            return Err(Failed::from(format!("{args:?} prints {printed:?}, not {expected:?}")));
        }
        Ok(())
    };
    check(&["SET", "k", "v"], "OK\n")?;
    check(&["--no-raw", "GET", "k"], "\"v\"\n")?;
    check(&["-3", "--no-raw", "HSET", "h", "a", "1"], "(integer) 1\n")?;
    check(&["-3", "--no-raw", "HGETALL", "h"], "1# \"a\" => \"1\"\n")?;
    check(&["--scan"], "k\nh\n")?;
    check(&["-n", "2", "DBSIZE"], "0\n")?;
    check(&["EVAL", "return {KEYS[1], ARGV[1], 3}", "1", "x", "y"], "x\ny\n3\n")?;
    check(&["-r", "3", "INCR", "n"], "1\n2\n3\n")?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("add.lua");
    fs::write(&file, "return redis.call('INCRBY', KEYS[1], ARGV[1])")?;
    check(&["--eval", &file.to_string_lossy(), "n", ",", "39"], "42\n")?;
    // Many commands at once from a file, in the protocol.
    let mut commands = Vec::new();
    for i in 0..10_000 {
        writeln!(commands, "SET pipe:{i} {i}\r")?;
    }
    fs::write(&file, commands)?;
    let output = Command::new("redis-cli")
        .args(["-p", &port, "--pipe"])
        .stdin(fs::File::open(&file)?)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.contains("errors: 0, replies: 10000") {
        return Err(text.into());
    }
    let keys = cli(&["--bigkeys"])?;
    if !keys.contains("10003 strings") && !keys.contains("10002 strings") {
        return Err(keys.into());
    }
    Ok(())
}

/// All its standard tests run, each with replies that are no errors.
fn redis_benchmark() -> Result<(), Failed> {
    let server = Server::redmoon()?;
    let port = server.port.to_string();
    let printed = run(Command::new("redis-benchmark")
        .args(["-p", &port, "-n", "2000", "-P", "16", "-c", "50", "-q", "--csv"]))?;
    let tests = printed.lines().filter(|line| line.starts_with('"')).count();
    if tests < 20 || printed.contains("rror") {
        return Err(printed.into());
    }
    Ok(())
}

/// A port in use and a wrong address are said so; Ctrl-C ends a server well.
fn refusals() -> Result<(), Failed> {
    let program = redmoon()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    for (args, code, expected) in [
        (["--port", &port], 1, "is in use"),
        (["--bind", "nowhere"], 2, "'nowhere' is no address"),
        (["--bind", "192.0.2.1"], 1, "is no address of this machine"),
        (["--port", "70000"], 2, "70000"),
    ] {
        let output = Command::new(&program).arg("serve").args(args).output()?;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.code() != Some(code) || !text.contains(expected) {
            return Err(format!("{args:?}: {:?} {text}", output.status).into());
        }
    }
    let mut child =
        Command::new(&program).args(["serve", "--port", "0"]).stdout(Stdio::piped()).spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line)?;
    if !line.contains("listens at 127.0.0.1:") {
        return Err(line.into());
    }
    run(Command::new("kill").args(["-INT", &child.id().to_string()]))?;
    let status = child.wait()?;
    if status.code() == Some(0) { Ok(()) } else { Err(status.to_string().into()) }
}
