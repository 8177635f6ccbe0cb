-- `yield` cannot cross a metamethod, an iterator, `pcall` or another native. PUC `ldo.c`, `lua_yield`.
local function try(f) print(coroutine.resume(coroutine.create(f))) end
local y = coroutine.yield
try(function() return pcall(y, 1) end) --> true	false	attempt to yield across metamethod/C-call boundary
try(function() pcall(function() y(1) end) return "after" end) --> true	after
try(function() return pcall(function() y(1) end) end) --> true	false	attempt to yield across metamethod/C-call boundary
try(function() return xpcall(function() y(1) end, function(m) return "h:" .. m end) end) --> true	false	h:attempt to yield across metamethod/C-call boundary
try(function() return setmetatable({}, { __index = function() return y(1) end }).x end) --> false	attempt to yield across metamethod/C-call boundary
try(function() setmetatable({}, { __newindex = function() y(1) end }).x = 1 end) --> false	attempt to yield across metamethod/C-call boundary
try(function() return setmetatable({}, { __add = function() y(1) end }) + 1 end) --> false	attempt to yield across metamethod/C-call boundary
try(function() return setmetatable({}, { __concat = function() y(1) end }) .. "x" end) --> false	attempt to yield across metamethod/C-call boundary
try(function() local m = { __lt = function() y(1) end } return setmetatable({}, m) < setmetatable({}, m) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() local m = { __eq = function() y(1) end } return setmetatable({}, m) == setmetatable({}, m) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() table.sort({ 3, 2, 1 }, function() y(1) end) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() return ("x"):gsub("x", function() y(1) end) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() for k in function() y("from iterator") end do end return "ok" end) --> false	attempt to yield across metamethod/C-call boundary
try(function() return tostring(setmetatable({}, { __tostring = function() y(1) end })) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() table.foreach({ 1 }, function() y(1) end) end) --> false	attempt to yield across metamethod/C-call boundary
try(function() return load(function() y(1) end) end) --> true	nil	attempt to yield across metamethod/C-call boundary
try(function() return loadstring("return coroutine.yield('ok')")() end) --> true	ok
try(function() return dofile == nil end) --> true	false
try(function() return setmetatable({}, { __call = function() return y("call yields") end })() end) --> true	call yields
try(function() return select(1, y("plain")) end) --> true	plain
