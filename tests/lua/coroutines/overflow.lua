-- Nesting `resume` too deep is an error of the innermost. PUC `ldo.c`, `lua_resume`, `LUAI_MAXCCALLS`.
local function f(n) local co = coroutine.wrap(f) return co(n + 1) end
local ok, m = pcall(f, 1)
print(ok, (m:gsub("^.*: ", ""))) --> false	C stack overflow
local n = 0
local function g() n = n + 1 return coroutine.resume(coroutine.create(g)) end
local r = { g() } print(r[#r - 1], r[#r], #r == n) --> false	C stack overflow	false
