-- The second operand is evaluated only when needed. Lua 5.1 manual §2.5.3.
local calls = ""
local function y(n) calls = calls .. n return true end
local function n(x) calls = calls .. x return false end
local r = y"a" and n"b" and y"c"
print(r, calls) calls = "" --> false	ab
r = n"a" or n"b" or y"c" or y"d"
print(r, calls) calls = "" --> true	abc
r = (y"a" and n"b") or (n"c" and y"d") or y"e"
print(r, calls) calls = "" --> true	abce
if y"a" and (n"b" or y"c") and not n"d" then calls = calls .. "!" end
print(calls) calls = "" --> abcd!
while y"a" and n"b" or n"c" do end
print(calls) calls = "" --> abc
repeat until n"a" or not n"b"
print(calls) --> ab
