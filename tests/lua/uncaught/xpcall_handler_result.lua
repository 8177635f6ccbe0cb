-- What an `xpcall` handler returns, then an error of our own. Lua 5.1 manual §5.1.
print(xpcall(function() error("first") end, function(m) return "handled: " .. m end)) --> false	handled: uncaught/xpcall_handler_result.lua:2: first
local function rethrow() local ok, m = pcall(error, { text = "original" }) error("again: " .. m.text) end --! again: original
rethrow()
