-- A sandbox out of an environment. Lua 5.1 manual §2.9.
local function sandbox(code, env) local f, m = loadstring(code, "=sandbox") if not f then return false, m end return pcall(setfenv(f, env)) end
print(sandbox("return 1 + 1", {})) --> true	2
print(sandbox("return print", {})) --> true	nil
print(sandbox("print('x')", {})) --> false	sandbox:1: attempt to call global 'print' (a nil value)
print(sandbox("x = 5 return x", {})) --> true	5
print(x) --> nil
local env = { tostring = tostring, string = { upper = string.upper } }
print(sandbox("return string.upper(tostring(12) .. 'a')", env)) --> true	12A
print(sandbox("return ('abc'):upper()", {})) --> true	ABC
print(sandbox("return _G", env)) --> true	nil
print(sandbox("string.lower = 1 return string.lower", env), string.lower ~= 1) --> true	true
print(sandbox("local function f() return g end g = 7 return f()", env), env.g) --> true	7
print(sandbox("return y y", {})) --> false	sandbox:1: '<eof>' expected near 'y'
