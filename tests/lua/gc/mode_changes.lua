-- `__mode` is read at each collection. Lua 5.1 manual §2.10.2.
local mt = {}
local t = setmetatable({ {}, {} }, mt)
collectgarbage()
print(t[1] ~= nil) --> true
mt.__mode = "v"
collectgarbage()
print(t[1], t[2]) --> nil	nil
mt.__mode = nil
t[1] = {}
collectgarbage()
print(t[1] ~= nil) --> true
local odd = setmetatable({ {} }, { __mode = "xyz" })
collectgarbage()
print(odd[1] ~= nil) --> true
local vk = setmetatable({ {} }, { __mode = "value" })
collectgarbage()
print(vk[1]) --> nil
local num = setmetatable({ {} }, { __mode = 5 })
collectgarbage()
print(num[1] ~= nil) --> true
