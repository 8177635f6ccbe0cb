-- Which lines a line hook reports, loops and branches included. PUC `lvm.c`, `traceexec`.
local function trace(f, ...) local l, base = {}, debug.getinfo(f, "S").linedefined debug.sethook(function(_, n) l[#l + 1] = n - base end, "l") f(...) debug.sethook() l[#l] = nil return table.concat(l, " ") end
print(trace(function(n) --> 1 2 3 6 7 1 2 3 4 1 2 3 6 7 1
  while n > 0 do
    n = n - 1
    if n == 1 then
      n = n + 0
    else
      n = n * 1
    end
  end
end, 3))
print(trace(function() --> 1 2 1 2 1 4 5 4 5 4 8 9
  for i = 1, 2 do
    local x = i
  end
  for k, v in pairs { 1, 2 } do
    local y = v
  end
  repeat
    local z = 1
  until z
end))
print(trace(function() --> 1 2 4 6 7
  local t = {
    1,
    2,
  }
  local s = "a"
    .. "b"
  return t,
    s
end))
print(trace(function() local a = 1 local b = 2 end)) -->
