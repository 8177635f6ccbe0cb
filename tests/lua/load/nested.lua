-- Chunks that load chunks. Lua 5.1 manual §5.1.
local function nest(n) if n == 0 then return "return 'bottom'" end return ("return loadstring(%q)()"):format(nest(n - 1)) end
print(loadstring(nest(5))()) --> bottom
local depth = 0
function descend(n) depth = n if n == 0 then return "bottom" end return loadstring("return descend(" .. n - 1 .. ")")() end
print(descend(150), depth) --> bottom	0
local function viaload(n)
  if n == 0 then
    return "ok"
  end
  local done
  return load(function() if done then return nil end done = true return "return '" .. viaload(n - 1) .. "'" end)()
end
print(viaload(20)) --> ok
print(pcall(viaload, 300) == false) --> true
print(#loadstring("return " .. ("%q"):format(("x"):rep(1000)))()) --> 1000
