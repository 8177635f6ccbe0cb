-- `yield` outside any coroutine. PUC `ldo.c`, `lua_yield`.
print(pcall(coroutine.yield)) --> false	attempt to yield across metamethod/C-call boundary
print(pcall(coroutine.yield, 1, 2)) --> false	attempt to yield across metamethod/C-call boundary
print(pcall(function() coroutine.yield() end)) --> false	attempt to yield across metamethod/C-call boundary
print(select(2, pcall(coroutine.wrap(function() return pcall(coroutine.yield) end)))) --> false	attempt to yield across metamethod/C-call boundary
