//! `cargo xtask bench --serve`: scripts over a socket, `redmoon serve` beside redis-server.
//!
//! `redis-benchmark -P 16 -c 50` asks both in turns, so that a busy moment of the machine falls on both; the best
//! round of each counts.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::step::{self, Failure};

/// A script that is asked for again and again.
struct Load {
    name: &'static str,
    script: &'static str,
    /// What follows the digest.
    args: &'static [&'static str],
    requests: u32,
}

const LOADS: [Load; 3] = [
    Load {
        name: "counter",
        script: "local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return n",
        args: &["1", "hits:__rand_int__", "60"],
        requests: 400_000,
    },
    Load {
        name: "sliding window",
        script: "local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
if redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('ZADD', KEYS[1], now, now .. ':' .. ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return 1
end
return 0",
        args: &["1", "limit:__rand_int__", "1000", "100", "__rand_int__"],
        requests: 150_000,
    },
    Load {
        name: "compute",
        script: "local sum = 0
for i = 1, ARGV[1] do sum = (sum * 31 + i) % 1000003 end
return sum",
        args: &["0", "1000"],
        requests: 60_000,
    },
];

/// How long a server may take to listen.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that ends with us.
struct Server {
    process: Child,
    port: u16,
}

impl Server {
    fn start(program: &Path, args: &[&str]) -> Result<Server, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = Command::new(program)
            .args(args)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Server { process, port };
        let pause = Duration::from_millis(10);
        for _ in 0..PATIENCE.as_millis() / pause.as_millis() {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(server);
            }
            sleep(pause);
        }
        Err(Failure::new(format!("{} does not listen", program.display())))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Prints requests per second and ratios; an error when a ratio is below `required`.
pub(crate) fn run(
    redmoon: &Path,
    rounds: u32,
    filter: &str,
    required: Option<f64>,
) -> Result<(), Failure> {
    let ours = Server::start(redmoon, &["serve"])?;
    let real = Server::start(Path::new("redis-server"), &["--save", "", "--appendonly", "no"])?;
    println!("redis-benchmark -P 16 -c 50, requests per second, best of {rounds} rounds\n");
    println!(
        "{:<16} {:>14} {:>14} {:>7}   processor time per request (Linux), ours and theirs",
        "EVALSHA of", "redmoon serve", "redis-server", "ratio"
    );
    let mut slow = Vec::new();
    for load in LOADS.iter().filter(|load| load.name.contains(filter)) {
        let mut best = [0.0_f64; 2];
        let mut least = [f64::INFINITY; 2];
        for _ in 0..rounds {
            for (at, server) in [&real, &ours].into_iter().enumerate() {
                let before = cpu_ns(server);
                best[at] = best[at].max(requests_per_second(server, load)?);
                let spent = (cpu_ns(server) - before) / f64::from(load.requests);
                least[at] = least[at].min(spent);
            }
        }
        let [real, ours] = best;
        let ratio = ours / real;
        let [theirs, own] = least;
        println!(
            "{:<16} {ours:>14.0} {real:>14.0} {ratio:>7.2}   {own:.0} ns, {theirs:.0} ns",
            load.name
        );
        if required.is_some_and(|required| ratio.is_nan() || ratio < required) {
            slow.push(load.name);
        }
    }
    if slow.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("too slow: {}", slow.join(", "))))
}

/// Processor time of a server so far, in nanoseconds; 0 where the system does not tell.
fn cpu_ns(server: &Server) -> f64 {
    let file = format!("/proc/{}/schedstat", server.process.id());
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn requests_per_second(server: &Server, load: &Load) -> Result<f64, Failure> {
    let port = server.port.to_string();
    let mut cli = step::command("redis-cli");
    step::output(cli.args(["-p", &port, "FLUSHALL"]))?;
    let mut cli = step::command("redis-cli");
    let sha = step::output(cli.args(["-p", &port, "SCRIPT", "LOAD", load.script]))?;
    let requests = load.requests.to_string();
    let mut benchmark = step::command("redis-benchmark");
    benchmark
        .args(["-p", &port, "-P", "16", "-c", "50", "-r", "1000", "-n", &requests, "--csv"])
        .args(["EVALSHA", &sha])
        .args(load.args);
    let printed = step::output(&mut benchmark)?;
    // The line behind the heading: the command, then requests per second, all in quotes.
    let line = printed.lines().last().unwrap_or_default();
    let rate = line.split("\",\"").nth(1).and_then(|rate| rate.parse().ok());
    rate.ok_or_else(|| Failure::new(format!("redis-benchmark printed {printed:?}")))
}
