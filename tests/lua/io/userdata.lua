-- Files are userdata with methods and a name. Lua 5.1 manual §5.7.
print(type(io.stdout), (tostring(io.stdout):gsub("%(0x%x+%)", "(PTR)")))
local mt = getmetatable(io.stdout)
local names = {}
for k in pairs(mt) do names[#names + 1] = k end
table.sort(names)
print(table.concat(names, " "))
print(mt.__index == mt, io.stdout.write == mt.write, io.stdout.nothing)
print(pcall(function() io.stdout.x = 1 end))
print(pcall(function() return io.stdout + 1 end))
print(pcall(function() return #io.stdout end))
print(pcall(function() return io.stdout < io.stderr end))
print(io.stdout == io.stdout, io.stdout == io.stderr)
print(pcall(io.stdout.write))
print(pcall(io.stdout.write, {}))
print(pcall(function() io.stdout:write("chained "):write("writes", "\n") end))
