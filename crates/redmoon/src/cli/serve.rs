//! `redmoon serve`: a Redis server on a TCP port.

use std::net::{IpAddr, SocketAddr};

use clap::Args;

use super::limits::{Limits, parse_size};
use super::{EXIT_LIMIT, EXIT_SCRIPT, EXIT_USAGE, eval};
use crate::net;
use crate::redis::{Clock, ManualClock, SystemClock};

/// Examples below the help.
pub(crate) const HELP: &str = "\
Everything is in memory and gone at the end. Clients: redis-cli, and the libraries of all languages.

Examples:
  redmoon serve
  redmoon serve --port 7000 --requirepass secret
  redmoon --seed 1 --now 1700000000000 serve --port 0";

/// Options of `serve`.
#[derive(Args, Clone, Debug)]
pub(crate) struct ServeArgs {
    /// Port to listen at; 0 takes a free one
    #[arg(short, long, default_value_t = 6379, value_name = "N")]
    port: u16,
    /// Address to listen at
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    bind: String,
    /// Number of databases
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16384))]
    databases: u32,
    /// Most memory of scripts, as 64mb or 1gb; beyond it, commands that need memory are refused (not yet of keys)
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    maxmemory: Option<usize>,
    /// What clients have to say before anything else, as in AUTH
    #[arg(long, value_name = "PASSWORD")]
    requirepass: Option<String>,
    /// How long a script runs before others are told BUSY and may SCRIPT KILL it
    #[arg(long, default_value_t = 5000, value_name = "MS")]
    busy_reply_threshold: u64,
}

/// Runs `serve`; returns the exit code.
pub(crate) fn run(limits: &Limits, args: &ServeArgs) -> u8 {
    let Some(ip) = resolve(&args.bind) else {
        let text = format!("'{}' is no address to listen at", args.bind);
        eval::complain(&text, "give one of this machine, as 127.0.0.1, ::1 or 0.0.0.0");
        return EXIT_USAGE;
    };
    let Ok(server) = redis_server::Server::new(config(limits, args)) else {
        let text = "there is too little memory for the script libraries";
        eval::complain(text, "give --memory at least 1mb");
        return EXIT_LIMIT;
    };
    let listening = match net::listen(SocketAddr::new(ip, args.port)) {
        Ok(listening) => listening,
        Err(error) => {
            let (text, hint) = why_not(args, &error);
            eval::complain(&text, hint);
            return EXIT_SCRIPT;
        }
    };
    let address = listening.address();
    super::say(&format!("redmoon {} listens at {address}\n", env!("CARGO_PKG_VERSION")));
    if args.requirepass.is_none() && !ip.is_loopback() {
        super::tell(
            "warning: anyone who reaches this port can use the server; see --requirepass\n",
        );
    }
    let clock: Box<dyn Clock> = match limits.now {
        Some(now_ms) => Box::new(ManualClock::at(now_ms)),
        None => Box::new(SystemClock),
    };
    match listening.serve(server, clock, asked_to_stop()) {
        Ok(_) => 0,
        Err(error) => {
            eval::complain(&format!("the server cannot run: {error}"), "");
            EXIT_SCRIPT
        }
    }
}

fn config(limits: &Limits, args: &ServeArgs) -> redis_server::Config {
    let options = limits.machine_options();
    redis_server::Config {
        keyspace: redis_keyspace::Config {
            databases: args.databases as usize,
            seed: limits.seed.unwrap_or_else(super::random_seed),
            ..Default::default()
        },
        engine: redis_stdlib::Config {
            memory_bytes: options.memory_bytes,
            fuel: options.fuel,
            random_seed: limits.seed,
            ..Default::default()
        },
        password: args.requirepass.clone().map(String::into_bytes),
        busy_reply_threshold_ms: args.busy_reply_threshold,
        maxmemory: args.maxmemory.unwrap_or(0),
    }
}

fn resolve(name: &str) -> Option<IpAddr> {
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if name.eq_ignore_ascii_case("localhost") {
        return Some(IpAddr::from([127, 0, 0, 1]));
    }
    name.parse().ok()
}

/// What is said when there is no listening at a place.
fn why_not(args: &ServeArgs, error: &std::io::Error) -> (String, &'static str) {
    use std::io::ErrorKind;
    let (port, bind) = (args.port, &args.bind);
    match error.kind() {
        ErrorKind::AddrInUse => (
            format!("port {port} of {bind} is in use"),
            "another server listens there; choose another --port, or 0 for a free one",
        ),
        ErrorKind::AddrNotAvailable => (
            format!("{bind} is no address of this machine"),
            "give one of its own, as 127.0.0.1, ::1 or 0.0.0.0",
        ),
        ErrorKind::PermissionDenied => {
            (format!("port {port} is not for everyone"), "choose a --port from 1024 on")
        }
        _ => (format!("cannot listen at {bind}, port {port}: {error}"), ""),
    }
}

/// Ready when the user or the system wants an end.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
