-- What a hook sees and may do. Lua 5.1 manual §5.9.
local names = {}
debug.sethook(function(e) local i = debug.getinfo(2, "nS") names[#names + 1] = e .. " " .. tostring(i.name) .. " " .. i.what end, "cr")
local function inner() end
local function outer() inner() return tostring(1) end
outer()
debug.sethook()
for _, n in ipairs(names) do print(n) end
print(pcall(debug.sethook, 5)) --> false	bad argument #2 to '?' (string expected, got no value)
debug.sethook()
debug.sethook(nil, "l")
print(debug.gethook()) --> nil		0
debug.sethook(type, "")
print(debug.gethook() == type, select(2, debug.gethook())) --> true		0
local ok, m = pcall(function() debug.sethook(function() debug.sethook() error("from hook") end, "l")
  local x = 1
end)
debug.sethook()
print(ok, m) --> false	debug/hook_details.lua:15: from hook
local seen = {}
debug.sethook(function(e, l) seen[#seen + 1] = debug.getlocal(2, 1) end, "l")
local z = (function(first)
  local second = 2
  return second
end)(1) debug.sethook() print(seen[1], seen[2]) --> names	first
