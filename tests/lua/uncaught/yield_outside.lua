-- `yield` outside a coroutine. PUC `ldo.c`, `lua_yield`.
print(pcall(coroutine.yield, 1)) --> false	attempt to yield across metamethod/C-call boundary
local function f() coroutine.yield(1) end
f() --! attempt to yield across metamethod/C-call boundary
