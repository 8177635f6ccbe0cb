-- Producer, transformer and consumer with errors in between.
local function stage(f, src)
  return coroutine.wrap(function() for v in src do local ok, r = pcall(f, v) if ok then if r ~= nil then coroutine.yield(r) end else coroutine.yield("error: " .. r) end end end)
end
local function source(t) return coroutine.wrap(function() for _, v in ipairs(t) do coroutine.yield(v) end end) end
local s = stage(function(v) return v * 2 end, source { 1, "x", 3, "4" })
local t = stage(function(v) if type(v) == "number" and v > 5 then return v end if type(v) == "string" then return v:upper() end end, s)
for v in t do print(v) end --> ERROR: PROGRAMS/COROUTINE_PIPELINE.LUA:6: ATTEMPT TO PERFORM ARITHMETIC ON LOCAL 'V' (A STRING VALUE) --> 6 --> 8
local fib = coroutine.wrap(function() local a, b = 0, 1 while true do coroutine.yield(a) a, b = b, a + b end end)
for i = 1, 15 do io.write(fib(), " ") end
print() -->
