//! How fast the libraries are beside redis-server's: each script loops, here and there, in turns, and the
//! least time on the processor counts. `cargo xtask bench --libraries` builds this for speed and runs it.

#![expect(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

use std::io;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use conformance::here::Here;
use conformance::oracle::{Client, Oracle};
use resp::Protocol;

/// Prefixed to each script.
const DOCUMENT: &str = r#"
local function document(n)
  local list = {}
  for i = 1, n do
    list[i] = {id = i, name = "user" .. i, email = "user" .. i .. "@example.com", score = i * 1.5,
      tags = {"a", "b", "c"}, active = i % 2 == 0}
  end
  return list
end
"#;

/// Name and loop of each measurement; a run takes some 50 ms.
const SCRIPTS: &[(&str, &str)] = &[
    ("cjson.encode 1 KB", "local d = document(9) for i = 1, 2000 do cjson.encode(d) end"),
    ("cjson.encode 50 KB", "local d = document(450) for i = 1, 40 do cjson.encode(d) end"),
    (
        "cjson.decode 1 KB",
        "local d = cjson.encode(document(9)) for i = 1, 2000 do cjson.decode(d) end",
    ),
    (
        "cjson.decode 50 KB",
        "local d = cjson.encode(document(450)) for i = 1, 40 do cjson.decode(d) end",
    ),
    (
        "cjson numbers",
        "local d = {} for i = 1, 200 do d[i] = i * 1.1 end \
         for i = 1, 200 do cjson.decode(cjson.encode(d)) end",
    ),
    (
        "cjson long strings",
        "local d = {} for i = 1, 20 do d[i] = ('text \"quoted\" '):rep(40) end \
         for i = 1, 500 do cjson.decode(cjson.encode(d)) end",
    ),
    ("cmsgpack.pack", "local d = document(9) for i = 1, 2000 do cmsgpack.pack(d) end"),
    (
        "cmsgpack.unpack",
        "local d = cmsgpack.pack(document(9)) for i = 1, 2000 do cmsgpack.unpack(d) end",
    ),
    ("cmsgpack small", "for i = 1, 50000 do cmsgpack.unpack(cmsgpack.pack(i, 'abc', true)) end"),
    ("struct.pack", "local p = struct.pack for i = 1, 60000 do p('>IhBs', i, 7, 1, 'abc') end"),
    (
        "struct.unpack",
        "local u, d = struct.unpack, struct.pack('>IhBs', 5, 7, 1, 'abc') \
         for i = 1, 60000 do u('>IhBs', d) end",
    ),
    (
        "bit",
        "local b, x = bit, 0 for i = 1, 300000 do x = b.bxor(b.lshift(i, 3), b.band(x, 255)) end",
    ),
    ("bit.tohex", "local b = bit for i = 1, 150000 do b.tohex(i) end"),
    ("sha1hex short", "for i = 1, 50000 do redis.sha1hex('key:' .. i) end"),
    ("sha1hex 1 KB", "local s = ('x'):rep(1000) for i = 1, 20000 do redis.sha1hex(s .. i) end"),
    ("redis.call", "for i = 1, 50000 do redis.call('INCR', KEYS[1]) end"),
];

/// Times each library's functions here and on a redis-server of our own.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench --libraries")]
struct Options {
    /// Rounds of which the fastest counts
    #[arg(long, default_value_t = 7)]
    rounds: u32,
    /// Only measurements whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// Run here only, without a redis-server: for a profiler
    #[arg(long)]
    alone: bool,
    /// Fail where the ratio is below this
    #[arg(long, default_value_t = 0.0)]
    floor: f64,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<bool> {
    let oracle = if options.alone { None } else { Oracle::start()? };
    let mut client = oracle.as_ref().map(|oracle| oracle.connect(Protocol::Resp2)).transpose()?;
    let there = oracle.as_ref().map(|oracle| Clock::of(oracle.id()));
    // Profilers know this clock.
    let here = if options.alone { Clock::Wall(Instant::now()) } else { Clock::Own };
    let mut server = Here::new(Protocol::Resp2).map_err(io::Error::other)?;
    println!("{:<20} {:>10} {:>13} {:>7}", "", "Redmoon ms", "redis ms", "ratio");
    let mut is_fast = true;
    for (name, script) in SCRIPTS {
        if options.only.as_deref().is_some_and(|only| !name.contains(only)) {
            continue;
        }
        let text = format!("{DOCUMENT} {script}");
        let argv = ["EVAL", &text, "1", "counter"];
        let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..options.rounds {
            let start = here.now_ms();
            let reply = server.ask(&argv);
            ours = ours.min(here.now_ms() - start);
            check(name, &reply)?;
            if let (Some(client), Some(clock)) = (&mut client, &there) {
                theirs = theirs.min(time_there(client, clock, &argv, name)?);
            }
        }
        let ratio = theirs / ours;
        is_fast &= ratio >= options.floor;
        println!("{name:<20} {ours:>10.2} {theirs:>13.2} {ratio:>7.2}");
    }
    if options.only.as_deref().is_none_or(|only| "EVALSHA".contains(only)) {
        evalsha(&mut server, &here);
    }
    Ok(is_fast)
}

fn time_there(client: &mut Client, clock: &Clock, argv: &[&str], name: &str) -> io::Result<f64> {
    let start = clock.now_ms();
    let reply = client.ask(argv)?;
    check(name, &reply)?;
    Ok(clock.now_ms() - start)
}

fn check(name: &str, reply: &[u8]) -> io::Result<()> {
    if reply.starts_with(b"$-1") {
        return Ok(());
    }
    Err(io::Error::other(format!("{name}: {}", reply.escape_ascii())))
}

/// A cached counter script, in this process.
fn evalsha(server: &mut Here, clock: &Clock) {
    const CALLS: u32 = 200_000;
    let reply = server.ask(&["SCRIPT", "LOAD", "return redis.call('INCR', KEYS[1])"]);
    let Some(sha) = reply.get(5..45) else { return };
    let sha = sha.to_vec();
    let argv = [&b"EVALSHA"[..], &sha, b"1", b"k"];
    let start = clock.now_ms();
    for _ in 0..CALLS {
        server.ask(&argv);
    }
    let each_us = (clock.now_ms() - start) * 1000.0 / f64::from(CALLS);
    println!("{:<20} {each_us:>10.2} µs a call, request and reply encoded", "EVALSHA counter");
}

/// Time that a process has spent on a processor; where Linux does not tell, time that has passed.
enum Clock {
    /// This process: exact at any moment.
    Own,
    /// Time that has passed.
    Wall(Instant),
    /// Another: exact while it waits. The path of its record.
    Other(String, Instant),
}

impl Clock {
    fn of(process: u32) -> Clock {
        Clock::Other(format!("/proc/{process}/schedstat"), Instant::now())
    }

    fn now_ms(&self) -> f64 {
        let (path, start) = match self {
            Clock::Own => {
                let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
                return now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6;
            }
            Clock::Wall(start) => return start.elapsed().as_secs_f64() * 1e3,
            Clock::Other(path, start) => (path, start),
        };
        let on_processor = std::fs::read_to_string(path).ok();
        let ns = on_processor.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
        ns.map_or_else(|| start.elapsed().as_secs_f64() * 1e3, |ns| ns / 1e6)
    }
}
