-- A lost frame shows as `what == "tail"`. Lua 5.1 manual §5.9.
local function callee()
  local r = {}
  for l = 1, 5 do
    local i = debug.getinfo(l, "nSl")
    if not i then
      break
    end
    r[#r + 1] = i.what .. ":" .. i.currentline .. ":" .. tostring(i.name) .. ":" .. i.short_src:gsub("^.*/", "")
  end
  return table.concat(r, " ")
end
local function caller() return callee() end
local x = caller() print(x) --> Lua:5:nil:tail_call_info.lua tail:-1::(tail call) main:14:nil:tail_call_info.lua C:-1:nil:[C]
local i = coroutine.wrap(function() return (function() return debug.getinfo(2) end)() end)()
print(i and i.what, i and i.source, i and i.linedefined, i and i.func) --> tail	=(tail call)	-1	nil
