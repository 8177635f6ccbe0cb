-- `pcall` inside `pcall` ends at the limit of nested native calls. PUC `ldo.c`, `LUAI_MAXCCALLS`.
local depth = 0
local function f() depth = depth + 1 local ok, e = pcall(f) if not ok then error(e, 0) end return ok end
local ok, e = pcall(f)
print(ok, e) --> false	C stack overflow
print(depth > 100, depth < 1000) --> true	true
print(pcall(f) == ok) --> true
