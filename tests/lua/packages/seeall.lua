-- `package.seeall` inherits from the globals. Lua 5.1 manual §5.3.
local t = {}
package.seeall(t)
print(t.print == print, t._G == _G, rawget(t, "print")) --> true	true	nil
print(getmetatable(t).__index == _G) --> true
local mt = { tag = 1 }
local u = setmetatable({}, mt)
package.seeall(u)
print(getmetatable(u) == mt, mt.__index == _G) --> true	true
print(pcall(package.seeall)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(package.seeall, 5)) --> false	bad argument #1 to '?' (table expected, got number)
