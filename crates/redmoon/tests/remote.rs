//! `redmoon eval --redis URL`: the script runs here, its commands on a real redis-server, also one of a cluster.
//! Skipped with a message where redis-server is absent, unless `REDMOON_STRICT` is set.

#![cfg(all(feature = "cli", feature = "remote"))]

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A redis-server of the test's own.
struct Real {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Real {
    fn start(options: &[&str]) -> Option<Real> {
        let folder = tempfile::tempdir().expect("a folder");
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let process = Command::new("redis-server")
            .current_dir(folder.path())
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .args(options)
            .stdout(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            assert!(std::env::var_os("REDMOON_STRICT").is_none(), "redis-server is not installed");
            eprintln!("skipped: redis-server is not installed (cargo xtask setup)");
            return None;
        };
        let real = Real { process, port, _folder: folder };
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(real);
            }
            sleep(Duration::from_millis(10));
        }
        panic!("redis-server does not listen");
    }

    fn cli(&self, args: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(args)
            .output()
            .expect("redis-cli runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Standard output, standard error and exit code of `redmoon eval --redis URL …`.
fn eval(url: &str, args: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_redmoon"))
        .args(["eval", "--redis", url])
        .args(args)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("redmoon runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr), output.status.code())
}

#[track_caller]
fn check(url: &str, args: &[&str], expected: &str) {
    let (out, error, code) = eval(url, args);
    assert_eq!((out.as_str(), code), (expected, Some(0)), "{args:?} {error}");
}

#[track_caller]
fn check_error(url: &str, args: &[&str], expected: &str, code: i32) {
    let (out, error, got) = eval(url, args);
    assert!(format!("{out}{error}").contains(expected), "{args:?}: {out} {error}");
    assert_eq!(got, Some(code), "{args:?}");
}

#[test]
fn commands_run_on_the_server() {
    let Some(real) = Real::start(&["--requirepass", "secret"]) else { return };
    let url = format!("redis://:secret@127.0.0.1:{}/3", real.port);
    let cli = |args: &[&str]| {
        let own = ["-a", "secret", "--no-auth-warning", "-n", "3"];
        real.cli(&[&own[..], args].concat())
    };
    check(&url, &["return redis.call('INCRBY', KEYS[1], ARGV[1])", "1", "hits", "5"], "5\n");
    assert_eq!(cli(&["GET", "hits"]), "5");
    check(
        &url,
        &["return {1, 'a', redis.call('SET', 'k', 0.1), redis.call('GET', 'none')}", "0"],
        "1\na\nOK\n\n",
    );
    check(&url, &["return redis.call('GET', 'k')", "0"], "0.10000000000000001\n");
    check(
        &url,
        &[
            "--json",
            "-3",
            "redis.call('HSET', 'h', 'a', 1) redis.setresp(3) return redis.call('HGETALL', 'h')",
            "0",
        ],
        "{\"a\":\"1\"}\n",
    );
    check(
        &url,
        &["return redis.pcall('LPUSH', 'k', 1).err", "0"],
        "WRONGTYPE Operation against a key holding the wrong kind of value\n",
    );
    check(
        &url,
        &["local ok, e = pcall(redis.call, 'NOSUCH', 'x') return e.err or e", "0"],
        "ERR Unknown Redis command called from script\n",
    );
    check_error(
        &url,
        &["return redis.call('GET')", "0"],
        "Wrong number of args calling Redis command from script",
        1,
    );
    check_error(
        &url,
        &["return redis.call('SUBSCRIBE', 'x')", "0"],
        "This Redis command is not allowed from script",
        1,
    );
    check_error(&url, &["return redis.call('INCR', 'h')", "0"], "WRONGTYPE", 1);

    let wrong = format!("redis://:nope@127.0.0.1:{}", real.port);
    check_error(&wrong, &["return 1", "0"], "cannot connect", 1);
    let port = real.port;
    drop(real);
    check_error(&format!("redis://127.0.0.1:{port}"), &["return 1", "0"], "cannot connect", 1);
    check_error("rediss://127.0.0.1", &["return 1", "0"], "TLS", 2);
    check_error("http://x:secret@y", &["return 1", "0"], "is no URL of a server", 2);
}

#[test]
fn keys_of_a_cluster_lie_in_one_slot() {
    let Some(real) = Real::start(&["--cluster-enabled", "yes"]) else { return };
    assert_eq!(real.cli(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"]), "OK");
    for _ in 0..500 {
        if real.cli(&["CLUSTER", "INFO"]).contains("cluster_state:ok") {
            break;
        }
        sleep(Duration::from_millis(10));
    }
    let url = format!("redis://127.0.0.1:{}", real.port);
    let script = "redis.call('SET', KEYS[1], 'a') return redis.call('MGET', KEYS[1], KEYS[2])";
    check(&url, &["--json", script, "2", "{u}1", "{u}2"], "[\"a\",null]\n");
    assert_eq!(real.cli(&["GET", "{u}1"]), "a");
    check_error(&url, &[script, "2", "one", "two"], "CROSSSLOT", 1);
    let other = "return redis.call('GET', 'elsewhere')";
    check_error(&url, &[other, "1", "{u}1"], "keys that do not hash to the same slot", 1);
    check(&url, &["return redis.call('PING')", "1", "{u}1"], "PONG\n");
}
