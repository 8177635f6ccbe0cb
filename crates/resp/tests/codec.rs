//! Encoding and decoding: bytes as Redis sends them, round trips, arbitrary cuts, hostile input.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use resp::limits::Limits;
use resp::{
    DecodeErrorKind as Kind, Protocol, Reply, ReplyDecoder, RequestDecoder, Verbatim, encode,
};

fn encoded(reply: &Reply, protocol: Protocol) -> String {
    let mut out = Vec::new();
    encode(reply, protocol, &mut out);
    out.escape_ascii().to_string()
}

fn decode_all(bytes: &[u8]) -> Result<Vec<Reply>, resp::DecodeError> {
    let mut decoder = ReplyDecoder::default();
    decoder.feed(bytes);
    let mut replies = Vec::new();
    while let Some(reply) = decoder.next()? {
        replies.push(reply);
    }
    Ok(replies)
}

#[test]
fn both_protocols_as_redis_sends_them() {
    let map = Reply::Map(vec![Reply::bulk("a"), Reply::Integer(1)].into());
    for (reply, resp2, resp3) in [
        (Reply::Nil, r"$-1\r\n", r"_\r\n"),
        (Reply::NilArray, r"*-1\r\n", r"_\r\n"),
        (Reply::OK, r"+OK\r\n", r"+OK\r\n"),
        (Reply::error("ERR a\r\nb"), r"-ERR a  b\r\n", r"-ERR a  b\r\n"),
        (Reply::Integer(i64::MIN), r":-9223372036854775808\r\n", r":-9223372036854775808\r\n"),
        (Reply::bulk("a\r\nb"), r"$4\r\na\r\nb\r\n", r"$4\r\na\r\nb\r\n"),
        (Reply::Double(0.1), r"$19\r\n0.10000000000000001\r\n", r",0.10000000000000001\r\n"),
        (Reply::Double(f64::NEG_INFINITY), r"$4\r\n-inf\r\n", r",-inf\r\n"),
        (
            Reply::Decimal(0.00000268220901489),
            r"$19\r\n0.00000268220901489\r\n",
            r",0.00000268220901489\r\n",
        ),
        (Reply::Decimal(-2.5), r"$4\r\n-2.5\r\n", r",-2.5\r\n"),
        (Reply::Decimal(0.0), r"$1\r\n0\r\n", r",0\r\n"),
        (Reply::Double(-f64::NAN), r"$4\r\n-nan\r\n", r",-nan\r\n"),
        (Reply::Boolean(true), r":1\r\n", r"#t\r\n"),
        (Reply::Boolean(false), r":0\r\n", r"#f\r\n"),
        (Reply::BigNumber(b"123".to_vec()), r"$3\r\n123\r\n", r"(123\r\n"),
        (
            Reply::Verbatim(Verbatim { format: *b"txt", text: b"hi".to_vec() }),
            r"$2\r\nhi\r\n",
            r"=6\r\ntxt:hi\r\n",
        ),
        (map.clone(), r"*2\r\n$1\r\na\r\n:1\r\n", r"%1\r\n$1\r\na\r\n:1\r\n"),
        (Reply::Set(vec![Reply::Nil].into()), r"*1\r\n$-1\r\n", r"~1\r\n_\r\n"),
        (
            Reply::Push(vec![map].into()),
            r"*1\r\n*2\r\n$1\r\na\r\n:1\r\n",
            r">1\r\n%1\r\n$1\r\na\r\n:1\r\n",
        ),
        (
            Reply::Attribute(vec![Reply::bulk("a"), Reply::Nil, Reply::Integer(5)].into()),
            r":5\r\n",
            r"|1\r\n$1\r\na\r\n_\r\n:5\r\n",
        ),
    ] {
        assert_eq!(encoded(&reply, Protocol::Resp2), resp2);
        assert_eq!(encoded(&reply, Protocol::Resp3), resp3);
    }
}

#[test]
fn wrong_replies_name_the_place() {
    for (bytes, offset, kind) in [
        (&b"+OK\r\n?\r\n"[..], 5, Kind::UnknownType(b'?')),
        (b"\r\n", 0, Kind::UnknownType(b'\r')),
        (b":1\n", 0, Kind::MissingCrLf),
        (b":1x\r\n", 0, Kind::InvalidInteger),
        (b":\r\n", 0, Kind::InvalidInteger),
        (b":9223372036854775808\r\n", 0, Kind::InvalidInteger),
        (b"$-2\r\n", 0, Kind::InvalidBulkLength),
        (b"$1\r\nabc", 4, Kind::MissingCrLf),
        (b"*1\r\n$999999999999\r\n", 4, Kind::InvalidBulkLength),
        (b"*-2\r\n", 0, Kind::InvalidLength),
        (b"%99999999999\r\n", 0, Kind::InvalidLength),
        (b"#x\r\n", 0, Kind::InvalidBoolean),
        (b"_x\r\n", 0, Kind::InvalidNull),
        (b",1.2.3\r\n", 0, Kind::InvalidDouble),
        (b",infinity\r\n", 0, Kind::InvalidDouble),
        (b"(1x\r\n", 0, Kind::InvalidBigNumber),
        (b"=3\r\nabc\r\n", 4, Kind::InvalidVerbatim),
    ] {
        let error = decode_all(bytes).unwrap_err();
        assert_eq!((error.offset(), error.kind()), (offset, kind), "{}", bytes.escape_ascii());
    }
    let mut decoder =
        ReplyDecoder::new(Limits { depth_max: 2, line_size_max: 10, ..Limits::default() });
    decoder.feed(b"*1\r\n*1\r\n*1\r\n");
    assert_eq!(decoder.next().unwrap_err().kind(), Kind::TooDeep);
    let mut decoder = ReplyDecoder::new(Limits { line_size_max: 10, ..Limits::default() });
    decoder.feed(b"+12345678901");
    let error = decoder.next().unwrap_err();
    assert_eq!(error.kind(), Kind::LineTooLong);
    assert_eq!(decoder.next(), Err(error));
}

/// Expectations recorded from redis-server 7.0.15 with `ECHO` and `PING`.
#[test]
fn requests_as_redis_reads_them() {
    let decode = |bytes: &[u8]| {
        let mut decoder = RequestDecoder::default();
        decoder.feed(bytes);
        let mut requests = Vec::new();
        loop {
            match decoder.next() {
                Ok(Some(argv)) => requests.push(
                    argv.iter().map(|a| a.escape_ascii().to_string()).collect::<Vec<_>>().join("|"),
                ),
                Ok(None) => return requests.join(";"),
                Err(error) => return format!("{}@{}", error.kind(), error.offset()),
            }
        }
    };
    for (bytes, expected) in [
        (&b"*x\r\n"[..], "invalid multibulk length@0"),
        (b"*-5\r\nPING\r\n", "PING"),
        (b"*0\r\nPING\r\n", "PING"),
        (b"*1\r\n:5\r\n", "expected '$', got ':'@4"),
        (b"*1\r\n\r\n", "expected '$', got '\r'@4"),
        (b"*1\r\n$x\r\n", "invalid bulk length@4"),
        (b"*1\r\n$-1\r\n", "invalid bulk length@4"),
        (b"*1\r\n$999999999999\r\n", "invalid bulk length@4"),
        (b"*2147483648\r\n", "invalid multibulk length@0"),
        (b"*01\r\n$4\r\nPING\r\n", "invalid multibulk length@0"),
        (b"*+1\r\n$4\r\nPING\r\n", "invalid multibulk length@0"),
        (b"*1\n$4\nPING\r\n", "invalid multibulk length@0"),
        (b"*\r\n", "invalid multibulk length@0"),
        (b"*1\r\n$4\r\nPINGxxPING\r\n", "PING;PING"),
        (b"*1\r\n$4\r\nPING", ""),
        (b"\r\n\r\nPING\r\n", "PING"),
        (b"  PING  \n", "PING"),
        (b"echo \"a\r\n", "unbalanced quotes in request@0"),
        (b"\"\r\n", "unbalanced quotes in request@0"),
        (b"echo 'a'b\r\n", "unbalanced quotes in request@0"),
        (b"echo \"a\\x41\\n\\q\\\"\\x4\"\r\n", r#"echo|aA\nq\"x4"#),
        (b"echo 'it\\'s\\n'\r\n", r"echo|it\'s\\n"),
        (b"echo a\"b c\"\r\n", "echo|ab c"),
        (b"echo \"\"\r\n", "echo|"),
        (b"echo a\x0bb\r\n", r"echo|a\x0bb"),
        (b"echo \x01'\"'\r\n", r#"echo|\x01\""#),
        (&b"a".repeat(70_000), "too big inline request@0"),
        (&[&b"*"[..], &b"1".repeat(70_000)].concat(), "too big mbulk count string@0"),
        (&[&b"*1\r\n$"[..], &b"1".repeat(70_000)].concat(), "too big bulk count string@4"),
    ] {
        assert_eq!(decode(bytes), expected, "{}", bytes[..bytes.len().min(40)].escape_ascii());
    }
}

#[test]
fn a_header_alone_takes_no_memory() {
    let mut decoder = ReplyDecoder::default();
    decoder.feed(&b"*2147483647\r\n".repeat(1_000));
    assert_eq!(decoder.next(), Ok(None));
    let mut decoder = RequestDecoder::default();
    decoder.feed(b"*2147483647\r\n$536870912\r\n");
    assert_eq!(decoder.next(), Ok(None));
}

fn any_reply() -> impl Strategy<Value = Reply> {
    let line =
        proptest::collection::vec(any::<u8>().prop_filter("line", |b| !b"\r\n".contains(b)), 0..12);
    let leaf = prop_oneof![
        Just(Reply::Nil),
        line.clone().prop_map(|text| Reply::Status(text.into())),
        line.prop_map(|text| Reply::Error(text.into())),
        any::<i64>().prop_map(Reply::Integer),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Reply::Bulk),
        any::<f64>().prop_filter("comparable", |n| !n.is_nan()).prop_map(Reply::Double),
        "-?[0-9]{1,40}".prop_map(|digits| Reply::BigNumber(digits.into_bytes())),
        (any::<[u8; 3]>(), any::<Vec<u8>>())
            .prop_map(|(format, text)| Reply::Verbatim(Verbatim { format, text })),
        any::<bool>().prop_map(Reply::Boolean),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let items = proptest::collection::vec(inner, 0..6);
        prop_oneof![
            items.clone().prop_map(|items| Reply::Array(items.into())),
            items.clone().prop_map(|items| Reply::Set(items.into())),
            items.clone().prop_map(|items| Reply::Push(items.into())),
            items.clone().prop_map(|mut items| {
                items.truncate(items.len() / 2 * 2);
                Reply::Map(items.into())
            }),
            items.prop_map(|mut items| {
                if items.len().is_multiple_of(2) {
                    items.push(Reply::Nil);
                }
                Reply::Attribute(items.into())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn round_trip_in_any_pieces(replies in proptest::collection::vec(any_reply(), 1..4), piece in 1_usize..40) {
        let mut wire = Vec::new();
        for reply in &replies {
            encode(reply, Protocol::Resp3, &mut wire);
        }
        let mut decoder = ReplyDecoder::default();
        let mut decoded = Vec::new();
        for piece in wire.chunks(piece) {
            decoder.feed(piece);
            while let Some(reply) = decoder.next().unwrap() {
                decoded.push(reply);
            }
        }
        prop_assert_eq!(&decoded, &replies);
        prop_assert_eq!(decoded.clone(), replies);
    }

    #[test]
    fn commands_round_trip(argv in proptest::collection::vec(any::<Vec<u8>>(), 1..6), piece in 1_usize..20) {
        let mut wire = Vec::new();
        resp::encode_command(&argv, &mut wire);
        let mut decoder = RequestDecoder::default();
        for piece in wire.chunks(piece) {
            prop_assert_eq!(decoder.next(), Ok(None));
            decoder.feed(piece);
        }
        prop_assert_eq!(decoder.next(), Ok(Some(argv)));
    }

    #[test]
    fn any_bytes_end_in_an_answer(bytes in proptest::collection::vec(
        prop_oneof![proptest::sample::select(&b"+-:$*%~|>=!_#,(\r\n0123-tf"[..]), any::<u8>()], 0..200,
    )) {
        let _ = decode_all(&bytes);
        let mut decoder = RequestDecoder::default();
        decoder.feed(&bytes);
        while let Ok(Some(_)) = decoder.next() {}
    }

    /// `%.17g` reads back as the same number.
    #[test]
    fn doubles_survive(number in any::<f64>().prop_filter("number", |n| !n.is_nan())) {
        let mut text = Vec::new();
        resp::number::put_g17(number, &mut text);
        prop_assert_eq!(String::from_utf8(text).unwrap().parse::<f64>().unwrap(), number);
    }
}
