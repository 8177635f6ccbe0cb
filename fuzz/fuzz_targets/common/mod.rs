//! What the targets do with an input, each a function of its name, and what they share: an engine with small limits, and
//! scripts that take the input as arguments. `tests/tests/regressions.rs` calls the same functions.
#![allow(dead_code, reason = "a target uses one of them")]

pub(crate) mod snapshot;

use std::cell::RefCell;

use redis_stdlib::{Answer, Call, Config, ErrorKind, Host, Request, ScriptEngine};
use resp::{Protocol, Reply, ReplyDecoder, encode};

/// A target by the name of its file.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    ("cjson_decode", cjson_decode),
    ("cmsgpack_unpack", cmsgpack_unpack),
    ("struct_unpack", struct_unpack),
    ("compiler", compiler),
    ("replies", replies),
    ("snapshot", snapshot::snapshot),
];

/// Any bytes to `cjson.decode`; what it accepts is encoded, and what that gives decodes again.
pub(crate) fn cjson_decode(data: &[u8]) {
    const SCRIPT: &str = "
local ok, value = pcall(cjson.decode, ARGV[1])
if not ok then return value end
local ok, text = pcall(cjson.encode, value)
if not ok then return text end
local again = cjson.encode(cjson.decode(text))
assert(#again == #text, 'encoding changes')
return again";
    run(SCRIPT, &[data], Reply::Nil);
}

/// Any bytes to `cmsgpack.unpack`, `unpack_one` and `unpack_limit`; what they give is packed again.
pub(crate) fn cmsgpack_unpack(data: &[u8]) {
    const SCRIPT: &str = "
local n = ARGV[1]:byte() or 0
local all = {pcall(cmsgpack.unpack, ARGV[1])}
if all[1] then pcall(cmsgpack.unpack, cmsgpack.pack(unpack(all, 2, math.min(#all + 1, 100)))) end
pcall(cmsgpack.unpack_one, ARGV[1], n)
pcall(cmsgpack.unpack_limit, ARGV[1], n % 7, n % 5)
return #all";
    run(SCRIPT, &[data], Reply::Nil);
}

/// A format, up to the first line end, and data for `struct`: sizes, unpacking, and packing again.
pub(crate) fn struct_unpack(data: &[u8]) {
    const SCRIPT: &str = "
local format, data = ARGV[1], ARGV[2]
pcall(struct.size, format)
pcall(struct.unpack, format, data, #data % 9 - 1)
local values = {pcall(struct.unpack, format, data)}
if values[1] then pcall(struct.pack, format, unpack(values, 2, #values - 1)) end
return #values";
    let at = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (format, rest) = data.split_at(at);
    run(SCRIPT, &[format, rest], Reply::Nil);
}

/// Any bytes as Lua: what compiles verifies, is listed, encodes, decodes to the same, and runs within limits.
pub(crate) fn compiler(data: &[u8]) {
    if let Ok(proto) = lua_compiler::compile(data, b"=fuzz") {
        let bytes = lua_compiler::encode::encode(&proto);
        let again = lua_compiler::encode::decode(&bytes).expect("what was encoded decodes");
        assert_eq!(lua_compiler::listing::list(&proto), lua_compiler::listing::list(&again));
    }
    // Bytes that claim to be compiled are foreign: nothing but an error or a prototype that verifies.
    let _ = lua_compiler::encode::decode(data);
    run("return pcall(loadstring(ARGV[1]) or error)", &[data], Reply::Nil);
}

/// Any bytes as replies of a server: decoded, shown to a script in both versions of the protocol, turned into
/// a reply again, encoded, and decoded once more.
pub(crate) fn replies(data: &[u8]) {
    let mut decoder = ReplyDecoder::default();
    decoder.feed(data);
    while let Ok(Some(reply)) = decoder.next() {
        for protocol in [Protocol::Resp2, Protocol::Resp3] {
            let mut bytes = Vec::new();
            encode(&reply, protocol, &mut bytes);
            let mut again = ReplyDecoder::default();
            again.feed(&bytes);
            assert!(matches!(again.next(), Ok(Some(_))), "{}", bytes.escape_ascii());
        }
        run("return redis.pcall('X')", &[], reply.clone());
        run("redis.setresp(3) return {redis.pcall('X')}", &[], reply);
    }
}

const FUEL: u64 = 500_000;
const MEMORY_BYTES: usize = 8 << 20;

/// Answers every command with the reply that it was given.
pub(crate) struct Given(pub(crate) Reply);

impl Host for Given {
    fn call(&mut self, _call: &Call<'_>) -> Answer {
        Answer::Reply(self.0.clone())
    }
}

thread_local! {
    static ENGINE: RefCell<ScriptEngine> = RefCell::new(
        ScriptEngine::new(Config { fuel: FUEL, memory_bytes: MEMORY_BYTES, ..Config::default() })
            .expect("the limits are large enough"),
    );
}

/// Runs `script` with `args`. It may end in any value or error but an internal one, and the engine has to
/// work afterwards.
pub(crate) fn run(script: &str, args: &[&[u8]], reply: Reply) {
    ENGINE.with_borrow_mut(|engine| {
        let request = Request::source(script.as_bytes()).args(args);
        if let Err(error) = engine.eval(&mut Given(reply), &request) {
            assert_ne!(error.kind(), ErrorKind::Internal);
        }
        let used = engine.memory().used_bytes;
        assert!(used <= MEMORY_BYTES + MEMORY_BYTES / 8, "{used} bytes");
        let next = engine.eval(&mut Given(Reply::Nil), &Request::source(b"return 1 + 1"));
        assert_eq!(next, Ok(Reply::Integer(2)));
    });
}
