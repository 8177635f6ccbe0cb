-- A state machine by tail calls, and by a table of functions.
local out = {}
local function note(s) out[#out + 1] = s end
local a, b, c
function a(n) note("a" .. n) if n >= 3 then return c(n) end return b(n + 1) end
function b(n) note("b" .. n) if n % 2 == 0 then return a(n + 1) end return c(n) end
function c(n) note("c" .. n) return "final " .. n end
print(a(0), table.concat(out, " ")) --> final 1	a0 b1 c1
local states = { start = function(ch) return ch:find("%d") and "number" or ch:find("%a") and "word" or "start" end, number = function(ch) return ch:find("%d") and "number" or "start" end, word = function(ch) return ch:find("%w") and "word" or "start" end }
local s, path = "start", {}
for ch in ("ab1 23 c"):gmatch(".") do s = states[s](ch) path[#path + 1] = s:sub(1, 1) end
print(table.concat(path)) --> wwwsnnsw
