//! Times scripts here; with `redis-cli` beside it, compare with a real server.
//! `cargo run --release -p redmoon-redis-server --example time_scripts`

use std::time::Instant;

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

fn main() {
    let mut server = match Server::new(Config::default()) {
        Ok(server) => server,
        Err(error) => return eprintln!("{error}"),
    };
    let mut client = Client::new(1);
    let scripts = [
        ("encode 1 KB", "local d = document(8) for i = 1, 20000 do cjson.encode(d) end"),
        ("encode 50 KB", "local d = document(420) for i = 1, 400 do cjson.encode(d) end"),
        ("decode 1 KB", "local d = cjson.encode(document(8)) for i = 1, 20000 do cjson.decode(d) end"),
        ("decode 50 KB", "local d = cjson.encode(document(420)) for i = 1, 400 do cjson.decode(d) end"),
        ("msgpack pack", "local d = document(8) for i = 1, 20000 do cmsgpack.pack(d) end"),
        ("msgpack unpack", "local d = cmsgpack.pack(document(8)) for i = 1, 20000 do cmsgpack.unpack(d) end"),
        ("struct", "for i = 1, 300000 do struct.unpack('>IhBs', struct.pack('>IhBs', i, 7, 1, 'abc')) end"),
        ("bit", "local b = bit local x = 0 for i = 1, 3000000 do x = b.bxor(b.lshift(i, 3), b.band(x, 255)) end"),
        ("sha1hex", "for i = 1, 200000 do redis.sha1hex('key:' .. i) end"),
        ("redis.call", "for i = 1, 300000 do redis.call('INCR', 'n') end"),
    ];
    for (name, script) in scripts {
        let text = format!("{DOCUMENT} {script}");
        let start = Instant::now();
        let reply = server.execute(&mut client, &["EVAL", &text, "0"], 0);
        println!("{name:<16} {:>8.1} ms {}", start.elapsed().as_secs_f64() * 1e3, reply.is_error());
    }
    let sha = server.execute(&mut client, &["SCRIPT", "LOAD", "return redis.call('INCR', KEYS[1])"], 0);
    let resp::Reply::Bulk(sha) = sha else { return };
    let start = Instant::now();
    const CALLS: u32 = 1_000_000;
    for _ in 0..CALLS {
        server.execute(&mut client, &[b"EVALSHA", &sha[..], b"1", b"k"], 0);
    }
    println!("EVALSHA counter  {:>8.0} ns", start.elapsed().as_nanos() as f64 / f64::from(CALLS));
}
