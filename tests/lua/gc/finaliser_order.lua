-- Finalisers run in the reverse order of creation. Lua 5.1 manual §2.10.1.
local log = {}
for i = 1, 5 do local p = newproxy(true) getmetatable(p).__gc = function(self) log[#log + 1] = i .. type(self) end end
collectgarbage()
print(table.concat(log, " ")) --> 5userdata 4userdata 3userdata 2userdata 1userdata
log = {}
collectgarbage()
print(#log) --> 0
local p = newproxy(true)
getmetatable(p).__gc = function() log[#log + 1] = "shared" end
local q = newproxy(p)
p, q = nil, nil
collectgarbage()
print(table.concat(log, " ")) --> shared shared
local t = setmetatable({}, { __gc = function() print("never: tables have no finaliser in 5.1") end })
t = nil
collectgarbage()
print("end") --> end
