-- Files are userdata with methods and a name. Lua 5.1 manual §5.7.
print(type(io.stdout), (tostring(io.stdout):gsub("%(0x%x+%)", "(PTR)"))) --> userdata	file (PTR)
local mt = getmetatable(io.stdout)
local names = {}
for k in pairs(mt) do names[#names + 1] = k end
table.sort(names)
print(table.concat(names, " ")) --> __gc __index __tostring close flush lines read seek setvbuf write
print(mt.__index == mt, io.stdout.write == mt.write, io.stdout.nothing) --> true	true	nil
print(pcall(function() io.stdout.x = 1 end)) --> false	io/userdata.lua:9: attempt to index field 'stdout' (a userdata value)
print(pcall(function() return io.stdout + 1 end)) --> false	io/userdata.lua:10: attempt to perform arithmetic on field 'stdout' (a userdata value)
print(pcall(function() return #io.stdout end)) --> false	io/userdata.lua:11: attempt to get length of field 'stdout' (a userdata value)
print(pcall(function() return io.stdout < io.stderr end)) --> false	io/userdata.lua:12: attempt to compare two userdata values
print(io.stdout == io.stdout, io.stdout == io.stderr) --> true	false
print(pcall(io.stdout.write)) --> false	bad argument #1 to '?' (FILE* expected, got no value)
print(pcall(io.stdout.write, {})) --> false	bad argument #1 to '?' (FILE* expected, got table)
print(pcall(function() io.stdout:write("chained "):write("writes", "\n") end))
