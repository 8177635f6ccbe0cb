-- A round-robin scheduler. Lua 5.1 manual §2.11.
local tasks = {}
local function spawn(name, n)
  tasks[#tasks + 1] = { name = name, co = coroutine.create(function() for i = 1, n do print(name, i) coroutine.yield() end return name .. " result" end) }
end
spawn("a", 2) spawn("b", 3) spawn("c", 1)
while #tasks > 0 do
  for i = #tasks, 1, -1 do
    local ok, r = coroutine.resume(tasks[i].co)
    if coroutine.status(tasks[i].co) == "dead" then print("finished", tasks[i].name, ok, r) table.remove(tasks, i) end
  end
end
