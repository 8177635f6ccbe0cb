//! No source makes the compiler use more than a small host stack: nesting of every kind, as deep as 200
//! syntax levels allow and far deeper, on a thread of 192 KB, which leaves a caller with 256 KB enough. Long chains cost no depth at all.

use lua_compiler::{compile, verify::verify};

const STACK_SIZE: usize = 192 * 1024;

/// Opening and closing parts of every construct that nests, with what stands in the middle.
const NESTS: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("{", "", "}"),
    ("{x = ", "1", "}"),
    ("{[", "1", "] = 2}"),
    ("- ", "1", ""),
    ("- ", "x", ""),
    ("not ", "x", ""),
    ("x .. ", "y", ""),
    ("x ^ ", "y", ""),
    ("x and (y or ", "z", ")"),
    ("(a or b and c == d .. e + f * -g ^ ", "h", ")"),
    ("(((x * y + 1) .. 'a' == 'b' and c or d)(", "1", "))"),
    ("a[", "1", "]"),
    ("f(", "1", ")"),
    ("f(1, ", "2", ")"),
    ("a.b:c(", "1", ")"),
    ("f{x = ", "1", "}"),
    ("a.b[c.d(e).f](g, ", "1", ").h"),
    ("function() return ", "1", " end"),
    ("function(...) local a, b = 1, {f(", "...", ")} end"),
    ("f{[function() return x[", "1", "] end] = 1}"),
    ("f(function() if x then while y do repeat g(", "1", ") until z end end end)"),
    ("(function() for i = 1, f(", "1", ") do end end)()"),
    ("{x and y or not (a < b + {", "1", "} .. 'z'), 1}"),
];

/// The same for statements.
const BLOCKS: &[(&str, &str)] = &[
    ("do ", "end "),
    ("if x then ", "end "),
    ("if x then else ", "end "),
    ("if x then elseif y then ", "end "),
    ("while x do ", "end "),
    ("repeat ", "until x "),
    ("repeat local x = function() return x end ", "until x "),
    ("for i = 1, 2 do ", "end "),
    ("for i in x do ", "end "),
    ("function f() ", "end "),
    ("local function f() ", "end "),
    ("local x = f(function() ", "end) "),
    ("a.b = {c = function(...) ", "end} "),
];

#[track_caller]
fn compiles_in_small_stack(source: String) -> Result<(), String> {
    let compiling = std::thread::Builder::new().stack_size(STACK_SIZE).spawn(move || {
        let proto = compile(source.as_bytes(), b"=x").map_err(|error| error.to_string())?;
        verify(&proto).map_err(|error| error.to_string())
    });
    compiling.expect("a thread").join().expect("no panic")
}

#[test]
fn nested_expressions() {
    for (open, middle, close) in NESTS {
        let mut deepest = 0;
        for depth in (1..=200).chain([1000, 20000]) {
            let source = format!("return {}{middle}{}", open.repeat(depth), close.repeat(depth));
            match compiles_in_small_stack(source) {
                Ok(()) => deepest = depth,
                Err(error) => {
                    let known = [
                        "x:1: chunk has too many syntax levels",
                        "x:1: function or expression too complex",
                    ];
                    assert!(known.iter().any(|text| error.starts_with(text)), "{open}: {error}");
                }
            }
        }
        assert!((20..200).contains(&deepest), "{open}: {deepest}");
    }
}

#[test]
fn nested_blocks() {
    for (open, close) in BLOCKS {
        let mut deepest = 0;
        for depth in (1..=200).chain([1000, 20000]) {
            let source = format!("{}{}", open.repeat(depth), close.repeat(depth));
            match compiles_in_small_stack(source) {
                Ok(()) => deepest = depth,
                Err(error) => assert!(
                    error == "x:1: chunk has too many syntax levels"
                        || error == "x:1: main function has more than 200 local variables",
                    "{open}: {error}"
                ),
            }
        }
        assert!((20..200).contains(&deepest), "{open}: {deepest}");
    }
}

#[test]
fn long_chains() {
    const LENGTH: usize = 12_000;
    for (start, link, end) in [
        ("return 1", " + 1", ""),
        ("return a", " * b", ""),
        ("return a", " and b", ""),
        ("return a", " or b", ""),
        ("return a", " and b or c", ""),
        ("return a", " == b", ""),
        ("return a", ".b", ""),
        ("return a", "[b]", ""),
        ("return a", "()", ""),
        ("return a", ":b()", ""),
        ("return a", "'s'", ""),
        ("if a then ", "elseif b then c() ", "end"),
        ("if a then ", "elseif b == 1 and c or d then ", "else end"),
        ("return {", "a, ", "}"),
        ("return {", "a = b; ", "}"),
        ("", "a = a + 1 ", ""),
        ("", "local function f() end do end ", ""),
        ("return f(", "--comment\n", ")"),
    ] {
        let source = format!("{start}{}{end}", link.repeat(LENGTH));
        let result = compiles_in_small_stack(source);
        let limit = String::from("x:1: main function has more than 200 local variables");
        assert!(result == Ok(()) || result == Err(limit), "{start}{link}: {result:?}");
    }
}
