-- The handler runs before the stack is unwound. Lua 5.1 manual §5.1, `xpcall`.
local function thrower() local secret = "value" error("E", 0) end
print(xpcall(thrower, function(m) return m .. " " .. tostring(debug.getinfo(3, "n") and debug.getinfo(3, "S").short_src) .. " " .. select(2, debug.getlocal(3, 1)) end))
print((select(2, xpcall(thrower, debug.traceback))))
print((select(2, xpcall(function() local x = {} + 1 end, function(m) return debug.traceback("T: " .. m, 2) end))))
local depth
xpcall(function() error("x") end, function() depth = 0 while debug.getinfo(depth + 1) do depth = depth + 1 end end)
print(depth) --> 6
