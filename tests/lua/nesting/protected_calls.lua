-- Protected calls in protected calls are a "C stack overflow". PUC `ldo.c`, `luaD_call`.
local depth, deepest = 0, 0
local function down()
  depth = depth + 1
  deepest = math.max(depth, deepest)
  local ok, message = pcall(down)
  depth = depth - 1
  return ok, message
end
print(down()) --> true	true
print(deepest) --> 198
local function tail(n) deepest = n return pcall(tail, n + 1) end
print(select("#", tail(1)), (select(select("#", tail(1)), tail(1)))) --> 199	C stack overflow
print(deepest) --> 198
local function handled(n)
  deepest = n
  return xpcall(function() return handled(n + 1) end, function(m) return m end)
end
print(select("#", handled(1)), deepest) --> 199	198
-- Handlers that fail, handlers that overflow.
print(xpcall(function() error("first") end, function() error("second") end)) --> false	error in error handling
print(xpcall(function() local function f() return 1 + f() end return f() end, function(m) return "handled: " .. m end))
local function again(m) local function f() return 1 + f() end return f() end
print(xpcall(again, again)) --> false	error in error handling
print(xpcall(function() error("x") end, function(m) return select(2, pcall(error, m)) end)) --> false	nesting/protected_calls.lua:25: x
print(pcall(pcall, pcall, pcall, error, "e")) --> true	true	true	false	e
print(pcall(xpcall, error)) --> false	bad argument #2 to '?' (value expected)
print(pcall(xpcall)) --> false	bad argument #2 to '?' (value expected)
