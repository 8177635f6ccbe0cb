//! What one direction of a library writes, the other reads as the same value.

use std::cell::RefCell;
use std::fmt::Write as _;

use proptest::prelude::*;
use redis_stdlib::{Answer, Call, Config, Host, Request, ScriptEngine};
use resp::Reply;

/// No command is called here.
struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _call: &Call<'_>) -> Answer {
        Answer::Reply(Reply::Nil)
    }
}

thread_local! {
    static ENGINE: RefCell<ScriptEngine> =
        RefCell::new(ScriptEngine::new(Config::default()).expect("memory suffices"));
}

const SAME: &str = "
local epsilon = 0
local function same(a, b)
  if type(a) ~= type(b) then return false end
  if type(a) == 'number' then return math.abs(a - b) <= epsilon * math.abs(a) end
  if type(a) ~= 'table' then return a == b end
  for k, v in pairs(a) do if not same(v, b[k]) then return false end end
  for k in pairs(b) do if a[k] == nil then return false end end
  return true
end ";

#[track_caller]
fn holds(script: &str, args: &[&[u8]]) {
    let text = format!("{SAME}{script}");
    let result = ENGINE.with_borrow_mut(|engine| {
        // The texts are all different, and would stay in the cache.
        engine.flush().expect("memory suffices");
        engine.eval(&mut Nobody, &Request::source(text.as_bytes()).args(args))
    });
    assert_eq!(result, Ok(Reply::Integer(1)), "{script}");
}

/// A value of Lua that both formats can hold.
#[derive(Clone, Debug)]
enum Datum {
    Boolean(bool),
    Number(f64),
    Text(Vec<u8>),
    List(Vec<Datum>),
    Map(Vec<(Vec<u8>, Datum)>),
}

fn datum() -> impl Strategy<Value = Datum> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..20);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Datum::Boolean),
        any::<i32>().prop_map(|number| Datum::Number(number.into())),
        any::<i64>().prop_map(|number| Datum::Number(number as f64)),
        any::<i32>().prop_map(|number| Datum::Number(f64::from(number) / 64.0)),
        bytes().prop_map(Datum::Text),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 1..6).prop_map(Datum::List),
            // A key that is no number in anybody's eyes.
            proptest::collection::vec((bytes(), inner), 0..6).prop_map(|entries| {
                let key = |bytes: Vec<u8>| [b"k", &bytes[..]].concat();
                Datum::Map(entries.into_iter().map(|(bytes, value)| (key(bytes), value)).collect())
            }),
        ]
    })
}

fn literal(bytes: &[u8], out: &mut String) {
    out.push('"');
    for byte in bytes {
        let _ = write!(out, "\\{byte:03}");
    }
    out.push('"');
}

fn lua(datum: &Datum, out: &mut String) {
    match datum {
        Datum::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Datum::Number(number) => {
            let _ = write!(out, "({number:e})");
        }
        Datum::Text(bytes) => literal(bytes, out),
        Datum::List(items) => {
            out.push('{');
            for item in items {
                lua(item, out);
                out.push(',');
            }
            out.push('}');
        }
        Datum::Map(entries) => {
            out.push('{');
            for (key, value) in entries {
                out.push('[');
                literal(key, out);
                out.push_str("]=");
                lua(value, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messagepack(datum in datum()) {
        let mut text = String::new();
        lua(&datum, &mut text);
        holds(&format!("local v = {text} return same(v, cmsgpack.unpack(cmsgpack.pack(v)))"), &[]);
        holds(
            &format!("local v = {text} local n, w = cmsgpack.unpack_one(cmsgpack.pack(v, 5)) \
                local m, five = cmsgpack.unpack_one(cmsgpack.pack(v, 5), n) \
                return same(v, w) and five == 5 and m == -1"),
            &[],
        );
    }

    #[test]
    fn json(datum in datum()) {
        let mut text = String::new();
        lua(&datum, &mut text);
        // Numbers come back as far as their 14 digits go.
        holds(&format!("epsilon = 1e-13 local v = {text} return same(v, cjson.decode(cjson.encode(v)))"), &[]);
    }

    #[test]
    fn json_of_any_text(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        holds("return cjson.decode(cjson.encode(ARGV[1])) == ARGV[1]", &[&bytes]);
        holds("return cmsgpack.unpack(cmsgpack.pack(ARGV[1])) == ARGV[1]", &[&bytes]);
        holds("return (struct.unpack('>Ic0', struct.pack('>Ic0', #ARGV[1], ARGV[1]))) == ARGV[1]", &[&bytes]);
    }

    #[test]
    fn structs_of_whole_numbers(number in any::<i64>(), size in 1..=8_u32, big in any::<bool>()) {
        let order = if big { '>' } else { '<' };
        // What as many bytes and a double can hold.
        let number = (number >> (64 - 8 * size)) >> 11_u32.saturating_sub(64 - 8 * size);
        holds(&format!("return (struct.unpack('{order}i{size}', struct.pack('{order}i{size}', {number}))) == {number}"), &[]);
        holds(&format!("return #struct.pack('!8bi{size}d', 1, 2, 3) == struct.size('!8bi{size}d')"), &[]);
    }

    #[test]
    fn structs_of_doubles(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite());
        holds(&format!("return (struct.unpack('>d', struct.pack('>d', {number:e}))) == {number:e}"), &[]);
        holds(&format!("return cmsgpack.unpack(cmsgpack.pack({number:e})) == {number:e}"), &[]);
    }

    #[test]
    fn bits(a in any::<u32>(), n in 0..32_u32) {
        holds(&format!("return bit.ror(bit.rol({a}, {n}), {n}) == bit.tobit({a})"), &[]);
        holds(&format!("return bit.bnot(bit.bnot({a})) == bit.tobit({a})"), &[]);
        holds(&format!("return tonumber(bit.tohex({a}), 16) == {a}"), &[]);
        holds(&format!("return bit.bswap(bit.bswap({a})) == bit.tobit({a})"), &[]);
    }
}
