-- Each coroutine has its own hook. Lua 5.1 manual §5.9.
local lines = {}
local co = coroutine.create(function() local a = 1
  coroutine.yield()
  local b = 2
  coroutine.yield()
end)
debug.sethook(co, function(e, l) lines[#lines + 1] = l end, "l")
coroutine.resume(co)
local x = 1
coroutine.resume(co)
print(table.concat(lines, " ")) --> 3 4 5 6
print(debug.gethook(co) ~= nil, debug.gethook()) --> true	nil		0
debug.sethook(co)
coroutine.resume(co)
print(#lines, coroutine.status(co)) --> 4	dead
local main = 0
debug.sethook(function() main = main + 1 end, "l")
coroutine.wrap(function()
  local p = 1
  local q = 2
end)() debug.sethook() print(main) --> 4
