-- A module pattern with private state and argument checks.
local Stack = (function()
  local private = setmetatable({}, { __mode = "k" })
  local mt = { __index = {}, __metatable = "Stack" }
  local function check(self, f) if not private[self] then error("bad self in " .. f, 3) end return private[self] end
  function mt.__index:push(...) local s = check(self, "push") for i = 1, select("#", ...) do s[#s + 1] = (select(i, ...)) end return self end
  function mt.__index:pop(n) local s = check(self, "pop") local r = {} for i = 1, n or 1 do r[i] = table.remove(s) end return unpack(r) end
  function mt.__index:size() return #check(self, "size") end
  return function() local o = setmetatable({}, mt) private[o] = {} return o end
end)()
local s = Stack():push(1, 2, 3)
print(s:size(), s:pop(2)) --> 3	3	2
print(s:size(), getmetatable(s), next(s)) --> 1	Stack	nil
print(pcall(s.push, {}, 1)) --> false	bad self in push
print(pcall(function() s.size(5) end)) --> false	programs/strict_module.lua:15: bad self in size
print(pcall(setmetatable, s, {})) --> false	cannot change a protected metatable
collectgarbage()
print(s:size()) --> 1
