//! Connections without sockets: bytes in, bytes out, and the time is handed in. What is expected is what
//! redis-server 7.0.15 sends; `tests/clients/wire.txt` compares longer conversations with it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use redis_server::{Client, Config, Next, Peer, Server};

const START_MS: u64 = 1_700_000_000_000;

/// A server, a clock, and what clients say and hear.
struct Stage {
    server: Server,
    now_ms: u64,
}

impl Stage {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        Self { server: Server::new(config).unwrap(), now_ms: START_MS }
    }

    fn connect(&mut self) -> u64 {
        self.server.connect(Peer::default(), self.now_ms)
    }

    /// What a client hears; line ends are shown as `|`.
    fn hear(&mut self, id: u64) -> String {
        let mut bytes = Vec::new();
        self.server.take_output(id, &mut bytes);
        String::from_utf8(bytes).unwrap().replace("\r\n", "|")
    }

    /// Says a line, and gives what is heard.
    #[track_caller]
    fn say(&mut self, id: u64, line: &str) -> String {
        let line = line.replace('|', "\r\n");
        self.server.receive(id, format!("{line}\r\n").as_bytes(), self.now_ms);
        self.hear(id)
    }

    #[track_caller]
    fn check(&mut self, id: u64, line: &str, expected: &str) {
        assert_eq!(self.say(id, line), expected, "{line}");
    }

    /// Lets time pass, and scripts run for as many slices.
    fn pass(&mut self, ms: u64, slices: usize) {
        self.now_ms += ms;
        for _ in 0..slices {
            self.server.advance(self.now_ms);
        }
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let mut stage = Stage::new();
    let id = stage.connect();
    let mut heard = String::new();
    for byte in
        b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\n\r\n\r\r\n*2\r\n$6\r\nSTRLEN\r\n$1\r\nk\r\nPING\r\n"
    {
        stage.server.receive(id, &[*byte], stage.now_ms);
        heard += &stage.hear(id);
    }
    assert_eq!(heard, "+OK|:3|+PONG|");
}

#[test]
fn a_wrong_request_is_the_last() {
    let mut stage = Stage::new();
    let id = stage.connect();
    stage.check(id, "PING|*1|+x|PING", "+PONG|-ERR Protocol error: expected '$', got '+'|");
    assert!(stage.server.is_closed(id));
    let id = stage.connect();
    stage.check(id, "QUIT|PING", "+OK|");
    assert!(stage.server.is_closed(id));
}

#[test]
fn those_who_wait_are_served_in_their_order() {
    let mut stage = Stage::new();
    let [a, b, c] = [stage.connect(), stage.connect(), stage.connect()];
    stage.check(a, "BLPOP none k 0", "");
    stage.check(b, "BLPOP k 1.5", "");
    assert_eq!(stage.server.next(), Next::At(START_MS + 1500));
    // What a waiting client says is looked at when it no longer waits.
    stage.check(a, "PING", "");
    stage.check(c, "RPUSH k x", ":1|");
    assert_eq!(stage.hear(a), "*2|$1|k|$1|x|+PONG|");
    stage.pass(1499, 1);
    assert_eq!(stage.hear(b), "");
    stage.pass(1, 1);
    assert_eq!(stage.hear(b), "*-1|");
    assert_eq!(stage.server.next(), Next::Never);
    // Who has gone is not served.
    stage.check(a, "BLPOP k 0", "");
    stage.check(b, "BLPOP k 0", "");
    stage.server.disconnect(a);
    stage.check(c, "RPUSH k y", ":1|");
    assert_eq!(stage.hear(b), "*2|$1|k|$1|y|");
}

#[test]
fn a_move_wakes_the_next_who_waits() {
    let mut stage = Stage::new();
    let [a, b, c] = [stage.connect(), stage.connect(), stage.connect()];
    stage.check(a, "BLMOVE one two LEFT LEFT 0", "");
    stage.check(b, "BRPOP two 0", "");
    stage.check(c, "EVAL \"redis.call('RPUSH', 'one', 'x')\" 0", "$-1|");
    assert_eq!((stage.hear(a), stage.hear(b)), ("$1|x|".into(), "*2|$3|two|$1|x|".into()));
}

#[test]
fn programs_wake_and_tell_connections_too() {
    let mut stage = Stage::new();
    let id = stage.connect();
    let mut program = Client::new(0);
    stage.check(id, "BLPOP k 0", "");
    stage.server.execute(&mut program, &["RPUSH", "k", "x"], START_MS);
    assert_eq!(stage.hear(id), "*2|$1|k|$1|x|");
    stage.check(id, "SUBSCRIBE c", "*3|$9|subscribe|$1|c|:1|");
    stage.server.execute(&mut program, &["PUBLISH", "c", "m"], START_MS);
    assert_eq!(stage.hear(id), "*3|$7|message|$1|c|$1|m|");
    // They themselves have nowhere to wait and listen.
    assert_eq!(
        stage.server.execute(&mut program, &["BLPOP", "k", "0"], START_MS),
        resp::Reply::NilArray
    );
    assert!(stage.server.execute(&mut program, &["SUBSCRIBE", "c"], START_MS).is_error());
}

#[test]
fn others_wait_for_a_slow_script_and_then_are_told() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    stage.check(b, "SCRIPT KILL", "-NOTBUSY No scripts in execution right now.|");
    stage.check(a, "EVAL \"while true do end\" 0", "");
    assert_eq!(stage.server.next(), Next::Now);
    stage.check(b, "GET k", "");
    stage.pass(4999, 3);
    assert_eq!(stage.hear(b), "");
    stage.pass(1, 1);
    let busy =
        "-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.|";
    assert_eq!(stage.hear(b), busy);
    stage.check(b, "MULTI", "+OK|");
    stage.check(b, "GET k", busy);
    stage.check(b, "EXEC", &format!("-EXECABORT Transaction discarded because of: {}", &busy[1..]));
    stage.check(b, "SCRIPT KILL", "+OK|");
    stage.pass(0, 2);
    assert!(stage.hear(a).starts_with("-ERR Script killed by user with SCRIPT KILL... script: "));
    assert_eq!(stage.server.next(), Next::Never);
    stage.check(b, "GET k", "$-1|");
    stage.check(a, "PING", "+PONG|");
}

#[test]
fn programs_do_not_come_between_the_slices_of_a_script() {
    let mut stage = Stage::new();
    let id = stage.connect();
    stage.check(id, "EVAL \"while true do end\" 0", "");
    let mut client = Client::new(0);
    let mut program = |stage: &mut Stage, argv: &[&str]| {
        let reply = stage.server.execute(&mut client, argv, stage.now_ms);
        let mut bytes = Vec::new();
        resp::encode(&reply, resp::Protocol::Resp2, &mut bytes);
        String::from_utf8(bytes).unwrap()
    };
    assert!(program(&mut stage, &["SET", "k", "v"]).starts_with("-BUSY "));
    // Connections are not told before the time.
    let other = stage.connect();
    stage.check(other, "PING", "");
    assert_eq!(program(&mut stage, &["SCRIPT", "KILL"]), "+OK\r\n");
    stage.pass(0, 1);
    assert!(stage.hear(id).starts_with("-ERR Script killed by user"));
    assert_eq!(stage.hear(other), "+PONG|");
    assert_eq!(program(&mut stage, &["SET", "k", "v"]), "+OK\r\n");
}

#[test]
fn a_script_that_has_written_cannot_be_killed() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    stage.check(a, "EVAL \"redis.call('SET', 'k', 1) while redis.call('GET', 'k') do end\" 0", "");
    stage.pass(5000, 2);
    assert!(stage.say(b, "SCRIPT KILL").starts_with("-UNKILLABLE "));
    stage.check(b, "SHUTDOWN NOSAVE", "");
    assert!(stage.server.is_shut_down());
}

#[test]
fn a_transaction_goes_on_behind_a_slow_script() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    let script = "EVAL \"for i = 1, 1000000 do end return redis.call('INCR', 'n')\" 0";
    // Replies that lie in front of the script are sent with the others, as by a server with one thread.
    stage.check(a, &format!("MULTI|INCR n|{script}|INCR n|EXEC|PING"), "");
    stage.check(b, "INCR n", "");
    stage.pass(0, 100);
    assert_eq!(stage.hear(a), "+OK|+QUEUED|+QUEUED|+QUEUED|*3|:1|:2|:3|+PONG|");
    assert_eq!(stage.hear(b), ":4|");
}

#[test]
fn who_runs_a_script_may_go() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    stage.check(a, "EVAL \"for i = 1, 1000000 do end return redis.call('INCR', 'n')\" 0", "");
    stage.server.disconnect(a);
    stage.check(b, "GET n", "");
    stage.pass(0, 100);
    assert_eq!(stage.hear(b), "$1|1|");
}

#[test]
fn a_pause_holds_requests_back() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    stage.check(a, "CLIENT PAUSE 1000 WRITE", "+OK|");
    stage.check(b, "GET k|SET k 1|GET k", "$-1|");
    stage.pass(1000, 1);
    assert_eq!(stage.hear(b), "+OK|$1|1|");
    stage.check(a, "CLIENT PAUSE 1000|PING", "+OK|");
    stage.check(b, "GET k", "");
    stage.pass(1000, 1);
    assert_eq!((stage.hear(a), stage.hear(b)), ("+PONG|".into(), "$1|1|".into()));
    stage.check(a, "DEBUG SLEEP 0.5", "");
    stage.check(b, "GET k", "");
    stage.pass(500, 1);
    assert_eq!((stage.hear(a), stage.hear(b)), ("+OK|".into(), "$1|1|".into()));
}

#[test]
fn nothing_goes_without_the_password() {
    let mut stage = Stage::with(Config { password: Some(b"secret".to_vec()), ..Config::default() });
    let id = stage.connect();
    stage.check(id, "GET k", "-NOAUTH Authentication required.|");
    stage.check(
        id,
        "AUTH wrong",
        "-WRONGPASS invalid username-password pair or user is disabled.|",
    );
    stage.check(
        id,
        "AUTH secre",
        "-WRONGPASS invalid username-password pair or user is disabled.|",
    );
    assert!(stage.say(id, "HELLO 3").starts_with("-NOAUTH HELLO must be called"));
    assert!(stage.say(id, "HELLO 3 AUTH default secret SETNAME me").starts_with("%7|"));
    stage.check(id, "CLIENT GETNAME", "$2|me|");
    stage.check(id, "RESET", "+RESET|");
    stage.check(id, "GET k", "-NOAUTH Authentication required.|");
    stage.check(id, "AUTH default secret", "+OK|");
}

#[test]
fn a_password_may_be_set_later() {
    let mut stage = Stage::new();
    let early = stage.connect();
    stage.check(early, "CONFIG SET requirepass secret", "+OK|");
    stage.check(early, "GET k", "$-1|");
    let late = stage.connect();
    stage.check(late, "GET k", "-NOAUTH Authentication required.|");
    stage.check(late, "AUTH secret", "+OK|");
    stage.check(late, "CONFIG GET requirepass", "*2|$11|requirepass|$6|secret|");
    stage.check(late, "CONFIG SET requirepass \"\"", "+OK|");
    let later = stage.connect();
    stage.check(later, "GET k", "$-1|");
}

#[test]
fn a_listener_that_does_not_read_is_sent_away() {
    let mut stage = Stage::new();
    let [a, b] = [stage.connect(), stage.connect()];
    stage.say(a, "SUBSCRIBE c");
    let message = "x".repeat(1 << 20);
    for _ in 0..40 {
        stage.say(b, &format!("PUBLISH c {}", &message[..60_000]));
        assert!(!stage.server.is_closed(b));
    }
    assert!(!stage.server.is_closed(a));
    let request = format!("*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n${}\r\n{message}\r\n", message.len());
    for _ in 0..40 {
        stage.server.receive(b, request.as_bytes(), stage.now_ms);
    }
    assert!(stage.server.is_closed(a) && !stage.server.is_closed(b));
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    fn choose<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Every command with every kind of argument, on connections that come, wait and go: no panic, no endless work,
/// and whoever is neither waiting nor running a script is answered.
#[test]
fn whatever_clients_do_the_server_stays() {
    let words = [
        "k",
        "l",
        "z",
        "s",
        "c",
        "0",
        "1",
        "-1",
        "2",
        "0.01",
        "LEFT",
        "RIGHT",
        "MIN",
        "COUNT",
        "STREAMS",
        "$",
        ">",
        "*",
        "",
        "ON",
        "OFF",
        "ALL",
        "ID",
        "TYPE",
        "normal",
        "SKIPME",
        "no",
        "BLOCK",
        "GROUP",
        "default",
        "AUTH",
        "3",
        "return redis.call('RPUSH', 'l', 1)",
        "return redis.call('PUBLISH', 'c', 'm')",
        "for i = 1, 300000 do end return 1",
        "return {1, {2}, false}",
        "redis.call('ZADD', 'z', 1, 'm')",
        "while true do end",
        "error('x')",
        "\u{0}\r\n",
        "99999999999999999999",
    ];
    let names: Vec<&str> = redis_keyspace::command::all()
        .iter()
        .flat_map(|command| std::iter::once(command).chain(command.subcommands()))
        .map(redis_keyspace::command::Command::name)
        .filter(|name| *name != "shutdown")
        .collect();
    let mut heard = 0;
    for seed in 0..60 {
        heard += play(&names, &words, Dice(seed));
    }
    // Some seeds soon pause everybody for long.
    assert!(heard > 1 << 20, "{heard} bytes");
}

/// Two thousand steps on a new server; the number of bytes heard.
fn play(names: &[&str], words: &[&str], mut dice: Dice) -> usize {
    let mut config = Config::default();
    config.engine.fuel = 5_000_000;
    let mut stage = Stage::with(config);
    let mut clients: Vec<u64> = (0..5).map(|_| stage.connect()).collect();
    let mut heard = 0;
    for _ in 0..2_000 {
        let at = dice.below(clients.len());
        match dice.below(40) {
            0 => {
                stage.server.disconnect(clients[at]);
                clients[at] = stage.connect();
            }
            1 => {
                let bytes: Vec<u8> = (0..dice.below(30)).map(|_| dice.below(256) as u8).collect();
                stage.server.receive(clients[at], &bytes, stage.now_ms);
            }
            2..8 => {
                let ms = dice.below(400) as u64;
                stage.pass(ms, 2);
            }
            _ => {
                let name = dice.choose(names);
                let mut argv: Vec<&str> = name.split('|').collect();
                argv.extend((0..dice.below(6)).map(|_| dice.choose(words)));
                let mut request = Vec::new();
                resp::put_array_header(argv.len(), &mut request);
                for argument in argv {
                    resp::put_bulk(argument.as_bytes(), &mut request);
                }
                stage.server.receive(clients[at], &request, stage.now_ms);
            }
        }
        for id in stage.server.take_changed() {
            let mut bytes = Vec::new();
            stage.server.take_output(id, &mut bytes);
            heard += bytes.len();
            if stage.server.is_closed(id) {
                stage.server.disconnect(id);
                clients.retain(|client| *client != id);
                clients.push(stage.connect());
            }
        }
    }
    // When all is over, a new client is served.
    stage.pass(10_000_000_000, 100);
    let id = stage.connect();
    assert!(stage.say(id, "ECHO hi").ends_with("$2|hi|"), "{:?}", stage.server);
    heard
}

#[test]
fn keys_and_values_count_against_maxmemory() {
    let mut stage = Stage::new();
    let id = stage.connect();
    stage.check(id, "CONFIG SET maxmemory 2mb", "+OK|");
    let value = "x".repeat(10_000);
    let oom = "-OOM command not allowed when used memory > 'maxmemory'.|";
    let mut stored = 0;
    while stored < 1000 && stage.say(id, &format!("SET k{stored} {value}")) == "+OK|" {
        stored += 1;
    }
    // 2 MB less what the script engine itself holds.
    assert!((100..210).contains(&stored), "{stored}");
    stage.check(id, "LPUSH l x", oom);
    stage.check(id, "GET nokey", "$-1|");
    let script = "EVAL \"return redis.call('SET', 'k', 'v')\" 0";
    assert!(
        stage
            .say(id, script)
            .starts_with("-OOM command not allowed when used memory > 'maxmemory'.")
    );
    stage.check(
        id,
        "EVAL \"#!lua flags=allow-oom\\n return redis.call('SET', 'k', 'v')\" 0",
        "+OK|",
    );
    stage.check(id, "DEL k0 k1 k2", ":3|");
    stage.check(id, "LPUSH l x", ":1|");
    stage.check(id, "FLUSHALL", "+OK|");
    let info = stage.say(id, "INFO memory");
    let used = |name: &str| -> usize {
        let line = info.split('|').find_map(|line| line.strip_prefix(name)).unwrap();
        line.parse().unwrap()
    };
    assert_eq!(used("used_memory_dataset:"), 0);
    assert!(used("used_memory_peak:") > 2 << 20 && used("used_memory:") < 1 << 20);
}

#[test]
fn expired_keys_go_without_being_asked_for() {
    let mut stage = Stage::new();
    let id = stage.connect();
    stage.check(id, "SET k v PX 250", "+OK|");
    stage.check(id, "SET other v", "+OK|");
    assert_eq!(stage.server.next(), Next::At(START_MS + 300));
    stage.pass(250, 1);
    stage.check(id, "DBSIZE", ":2|");
    stage.pass(50, 1);
    stage.check(id, "DBSIZE", ":1|");
    assert_eq!(stage.server.next(), Next::Never);
}

#[test]
fn the_keys_that_nobody_used_for_longest_go_first() {
    let mut stage = Stage::new();
    let id = stage.connect();
    let value = "x".repeat(50_000);
    for key in 0..20 {
        stage.check(id, &format!("SET k{key} {value}"), "+OK|");
        stage.pass(2_000, 1);
    }
    stage.check(id, "CONFIG SET maxmemory-policy allkeys-lru maxmemory 1mb", "+OK|");
    for key in 20..40 {
        // One that is always in use stays.
        assert!(stage.say(id, "GET k0").starts_with("$50000|"), "{key}");
        stage.check(id, &format!("SET k{key} {value}"), "+OK|");
        stage.pass(2_000, 1);
    }
    stage.check(id, "EXISTS k0 k39", ":2|");
    let left: usize = stage.say(id, "DBSIZE")[1..].trim_end_matches('|').parse().unwrap();
    assert!((5..25).contains(&left), "{left}");
    assert!(stage.say(id, "INFO stats").contains(&format!("evicted_keys:{}|", 40 - left)));

    stage.check(id, "CONFIG SET maxmemory-policy volatile-ttl maxmemory 0", "+OK|");
    stage.check(id, "SET soon x EX 100", "+OK|");
    stage.check(id, "SET late x EX 200", "+OK|");
    stage.check(id, "CONFIG SET maxmemory 1", "+OK|");
    // Neither was enough, and nothing else expires.
    assert!(stage.say(id, "SET another x").starts_with("-OOM "));
    stage.check(id, "EXISTS soon late k0", ":1|");
}

#[test]
fn those_who_listen_are_told_what_happens_to_keys() {
    let mut stage = Stage::new();
    let [listener, other] = [stage.connect(), stage.connect()];
    stage.say(listener, "PSUBSCRIBE __key*__:*");
    stage.check(other, "SET quiet 1", "+OK|");
    stage.check(other, "CONFIG SET notify-keyspace-events KEA", "+OK|");
    stage.check(other, "EVAL \"redis.call('SET', 'k', 1, 'PX', 150) return 1\" 0", ":1|");
    stage.pass(200, 1);
    let heard = stage.hear(listener);
    let told: Vec<&str> = heard.split("__key*__:*|").skip(1).collect();
    let expected = ["set", "expire", "expired"].map(|event| {
        let size = "__keyevent@0__:".len() + event.len();
        [
            format!("$16|__keyspace@0__:k|${}|{event}|", event.len()),
            format!("${size}|__keyevent@0__:{event}|$1|k|"),
        ]
    });
    for (told, expected) in told.iter().zip(expected.as_flattened()) {
        assert!(told.starts_with(expected.as_str()), "{told} {expected}");
    }
    assert_eq!(told.len(), 6);
}
