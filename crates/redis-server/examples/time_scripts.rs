//! Times scripts here, in time on the processor, for comparing with a real server (Linux).
//! `cargo run --release -p redmoon-redis-server --example time_scripts`

#![expect(clippy::print_stdout, reason = "times are told on standard output")]

use redis_server::{Client, Config, Server};

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

/// Nanoseconds that this process has spent on a processor.
fn on_processor_ns() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

fn main() {
    let mut server = match Server::new(Config::default()) {
        Ok(server) => server,
        Err(error) => return eprintln!("{error}"),
    };
    let mut client = Client::new(1);
    let scripts = [
        ("encode 1 KB", "local d = document(8) for i = 1, 20000 do cjson.encode(d) end"),
        ("encode 50 KB", "local d = document(420) for i = 1, 400 do cjson.encode(d) end"),
        (
            "decode 1 KB",
            "local d = cjson.encode(document(8)) for i = 1, 20000 do cjson.decode(d) end",
        ),
        (
            "decode few",
            "local d = cjson.encode(document(8)) for i = 1, 1000 do cjson.decode(d) end",
        ),
        (
            "unpack few",
            "local d = cmsgpack.pack(document(8)) for i = 1, 1000 do cmsgpack.unpack(d) end",
        ),
        (
            "decode 50 KB",
            "local d = cjson.encode(document(420)) for i = 1, 400 do cjson.decode(d) end",
        ),
        ("msgpack pack", "local d = document(8) for i = 1, 20000 do cmsgpack.pack(d) end"),
        (
            "msgpack unpack",
            "local d = cmsgpack.pack(document(8)) for i = 1, 20000 do cmsgpack.unpack(d) end",
        ),
        (
            "struct",
            "for i = 1, 300000 do struct.unpack('>IhBs', struct.pack('>IhBs', i, 7, 1, 'abc')) end",
        ),
        (
            "bit",
            "local b = bit local x = 0 for i = 1, 3000000 do x = b.bxor(b.lshift(i, 3), b.band(x, 255)) end",
        ),
        ("sha1hex", "for i = 1, 200000 do redis.sha1hex('key:' .. i) end"),
        ("call few", "for i = 1, 20000 do redis.call('INCR', 'n') end"),
        ("redis.call", "for i = 1, 300000 do redis.call('INCR', 'n') end"),
    ];
    let only = std::env::args().nth(1);
    for (name, script) in scripts {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let text = format!("{DOCUMENT} {script}");
        let start = on_processor_ns();
        let reply = server.execute(&mut client, &["EVAL", &text, "0"], 0);
        println!("{name:<16} {:>8.1} ms {}", (on_processor_ns() - start) / 1e6, reply.is_error());
    }
    if only.is_some_and(|only| only != "EVALSHA") {
        return;
    }
    const COUNTER: &str = "return redis.call('INCR', KEYS[1])";
    let sha = server.execute(&mut client, &["SCRIPT", "LOAD", COUNTER], 0);
    let resp::Reply::Bulk(sha) = sha else { return };
    let library = "#!lua name=l\nredis.register_function('count', function(keys) return redis.call('INCR', keys[1]) end)";
    server.execute(&mut client, &["FUNCTION", "LOAD", library], 0);
    let calls: [(&str, &[u8], &[u8]); 3] = [
        ("EVALSHA counter", b"EVALSHA", &sha),
        ("EVAL counter", b"EVAL", COUNTER.as_bytes()),
        ("FCALL counter", b"FCALL", b"count"),
    ];
    for (title, command, script) in calls {
        const CALLS: u32 = 1_000_000;
        let start = on_processor_ns();
        for _ in 0..CALLS {
            server.execute(&mut client, &[command, script, b"1", b"k"], 0);
        }
        println!("{title:<16} {:>8.0} ns", (on_processor_ns() - start) / f64::from(CALLS));
    }
}
