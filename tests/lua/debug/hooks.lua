-- Line, call, return and count hooks. Lua 5.1 manual §5.9.
local log = {}
local function hook(event, line) log[#log + 1] = event .. (line and ":" .. line or "") end
local function work(n)
  local s = 0
  for i = 1, n do
    s = s + i
  end
  return s
end
debug.sethook(hook, "l")
work(2)
debug.sethook()
print(table.concat(log, " ")) --> line:12 line:5 line:6 line:7 line:6 line:7 line:6 line:9 line:13
log = {}
debug.sethook(hook, "cr")
work(1)
debug.sethook()
print(table.concat(log, " ")) --> return call return call
log = {}
debug.sethook(hook, "c")
local x = math.abs(-1); (function() return work(1) end)()
debug.sethook()
print(table.concat(log, " ")) --> call call call call
log = {}
local n = 0
debug.sethook(function(e) n = n + 1 assert(e == "count") end, "", 100)
for i = 1, 10000 do end
debug.sethook()
print(n > 50, n < 1000) --> true	true
print(debug.gethook()) --> nil		0
debug.sethook(hook, "crl", 5)
local h, m, c = debug.gethook()
debug.sethook()
print(h == hook, m, c) --> true	crl	5
