//! What the compiler makes of each construct: source on top, instructions below.

use lua_compiler::{compile, encode, listing, verify};

#[track_caller]
fn list(name: &str, source: &str) {
    let source = source.trim_start();
    let proto = compile(source.as_bytes(), b"=x").expect("compiles");
    verify::verify(&proto).expect("verifies");
    assert_eq!(encode::decode(&encode::encode(&proto)), Ok(proto.clone()));
    let text = format!("{source}\n----\n{}", listing::list(&proto));
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn constants_and_locals() {
    list(
        "locals",
        "
local a, b, c
local d = nil
local e, f = 1, 'two'
local g, h = true
local i = 70000
local j = -0
",
    );
}

#[test]
fn constant_folding() {
    list(
        "folding",
        "
local a = 2 ^ 10 + 1 - 3 * 4 / 8 % 5
local b = -(-3)
local c = 1 / 0
local d = 5 % 0
local e = not nil
local f = not 'x'
local g = 'a' .. 1
local h = -'2'
local i = 0 / 0
",
    );
}

#[test]
fn arithmetic() {
    list(
        "arithmetic",
        "
local a, b = 1, 2
local c = a + b * a - b
c = a + 1
c = 1 - a
c = (a / 2) ^ (2 % b)
a = -b
c = #a
c = '1' + a
",
    );
}

#[test]
fn concatenation() {
    list(
        "concatenation",
        "
local a = 'x'
local b = a .. 'y' .. 1 .. a
a = a .. (b .. b)
g = (a .. b) .. a
",
    );
}

#[test]
fn comparisons_in_conditions() {
    list(
        "conditions",
        "
local a, b
if a < b then f() end
if a > 1 then f() elseif 1 >= a then g() else h() end
if not (a == nil) then f() end
if a ~= 'x' and not b or a <= b then f() end
if nil then f() end
if 1 then f() end
",
    );
}

#[test]
fn comparisons_as_values() {
    list(
        "comparison_values",
        "
local a, b
local c = a == b
c = not (a < b)
c = a < b and b or a
c = a and 1 or 2
c = a and 'x' == b
return a ~= b, a and b, a or b and c
",
    );
}

#[test]
fn and_or_into_a_local_of_the_expression() {
    list(
        "and_or_same_local",
        "
local a, b
a = b and a
a = f() and a or {a}
a = a or f(a)
",
    );
}

#[test]
fn tables() {
    list(
        "tables",
        "
local t = {}
t = {1, 2, 3}
t = {x = 1, ['y'] = nil, [1] = true, [t] = t, 'item'}
t = {f(), g()}
t = {(g())}
t = {x = {y = {z = 1}}}
",
    );
}

#[test]
fn long_lists() {
    let items = (1..=101).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    list("long_lists", &format!("return {{{items}, f()}}"));
}

#[test]
fn indexing() {
    list(
        "indexing",
        "
local t, k
local a = t.x.y[1][k][300]['z'][1.5][true]
t.x, t[1], t[k], t[300] = a, a, a, a
t.x = 1
t[k] = 'v'
t[1] = nil
t.a.b.c = t.d
",
    );
}

#[test]
fn assignment_order() {
    list(
        "assignments",
        "
local i, t = 1, {}
i, t[i] = i + 1, 20
t[i], i = i, t
a, b = b, a
a, b, c = f()
a, b = f(), g()
a, b = 1
a = 1, 2
t, t.x = t.x, t
",
    );
}

#[test]
fn calls() {
    list(
        "calls",
        "
local t
f()
f(1, g(), h())
f(...)
local a, b = f(), g()
t:m(1):n 'x' {}
t.f.g 'y'
return f(g(1))
",
    );
}

#[test]
fn returns() {
    list(
        "returns",
        "
local function none() return end
local function one(a) return a end
local function two(a, b) return b, a end
local function all(...) return ... end
local function tail(f) return f(1) end
local function not_tail(f) return (f(1)) end
local function mixed(f) return 1, f(2) end
return 1
",
    );
}

#[test]
fn varargs() {
    list(
        "varargs",
        "
local function uses_arg(a, ...) return arg end
local function uses_dots(a, ...) local b, c = ...; return b, (...), {...} end
local x = ...
",
    );
}

#[test]
fn numeric_for() {
    list(
        "numeric_for",
        "
for i = 1, 10 do f(i) end
for i = a, b, -2 do
  local c = i
  if c then break end
end
",
    );
}

#[test]
fn generic_for() {
    list(
        "generic_for",
        "
for k, v in pairs(t) do f(k, v) end
for a in f, s, c, extra do break end
",
    );
}

#[test]
fn while_and_repeat() {
    list(
        "while_repeat",
        "
local i = 0
while i < 10 do i = i + 1 end
while true do if f() then break end end
while a and not b do end
repeat local j = f() until j
repeat i = i - 1 if i == 3 then break end until i < 0 or f()
",
    );
}

#[test]
fn closures() {
    list(
        "closures",
        "
local a, b = 1, 2
local function outer()
  local c = a
  return function() a = b + c; return outer end
end
function f() end
function t.a.b() end
function t:m(x) return self end
",
    );
}

#[test]
fn fresh_upvalues_in_loops() {
    list(
        "fresh_upvalues",
        "
for i = 1, 3 do fs[i] = function() return i end if g() then break end end
for k in next, t do fs[k] = function() return k end end
while f() do local x; g = function() return x end end
repeat local y; g = function() return y end until y
do local z; g = function() return z end end
if a then local w; g = function() return w end else f() end
",
    );
}

#[test]
fn shared_upvalues_in_loops() {
    list(
        "shared_upvalues",
        "
for i = 1, 3 do fs[i] = function() i = i + 1 end if g() then break end end
for k in next, t do fs[k] = function() return k end k = nil end
while f() do local x; g = function() x = 1 end end
repeat local y; g = function() return y end y = 1 until y
do local z = 1; g = function() return z end if z then z = 2 end end
if a then local w; g = function() w = 1 end else f() end
while true do local v; g = function() return v end if g() then break end v = 1 end
",
    );
}

#[test]
fn many_constants() {
    let fields = (0..300).map(|n| format!("t.f{n} = 'v{n}'")).collect::<Vec<_>>().join("\n");
    let source = format!("local t\n{fields}\nt.a, t['b'] = 1.5, 'x'\nt:m()\nf = t.g + 2.5\n");
    let proto = compile(source.as_bytes(), b"=x").expect("compiles");
    verify::verify(&proto).expect("verifies");
    let text = listing::list(&proto);
    let last: Vec<&str> = text
        .lines()
        .filter(|line| ["[302]", "[303]", "[304]"].iter().any(|l| line.contains(l)))
        .collect();
    insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("many_constants", last.join("\n"));
    });
}

#[test]
fn a_listing_comes_in_pieces() {
    let source = "local n = 1\n\nlocal function f(a)\n  return a + n\nend\nreturn f('x')";
    let proto = compile(source.as_bytes(), b"@t.lua").expect("compiles");
    let functions = listing::functions(&proto);
    let paths: Vec<&str> = functions.iter().map(|function| &*function.path).collect();
    assert_eq!(paths, ["main", "main.0"]);
    let [main, f] = &functions[..] else { panic!("two functions") };
    assert_eq!((&*main.chunk, main.is_vararg, main.line_defined), ("t.lua", true, 0));
    assert_eq!((f.params, f.line_defined, f.last_line_defined), (1, 3, 5));
    let load = main.instructions.iter().find(|one| one.comment.contains("\"x\"")).expect("a load");
    assert_eq!((load.op, load.line), ("LoadK", Some(6)));
    assert!(main.instructions.iter().enumerate().all(|(n, one)| one.pc == n));
    assert_eq!((&*f.upvalues[0].name, f.upvalues[0].from_register), ("n", true));
    assert_eq!(f.locals[0].name, "a");
    assert_eq!(listing::code_lines(&proto).into_iter().collect::<Vec<_>>(), [1, 4, 5, 6]);
    // Both forms say the same.
    let text = listing::list(&proto);
    for one in functions.iter().flat_map(|function| &function.instructions) {
        assert!(text.contains(&format!("{:<14}{}", one.op, one.operands)), "{one:?}");
    }
}
