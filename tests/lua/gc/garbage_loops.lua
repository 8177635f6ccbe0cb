-- Much garbage, cycles included, while live data stay intact. Lua 5.1 manual §2.10.
local live = {}
for i = 1, 20000 do local t = { i, tostring(i), { i } } t.self = t if i % 1000 == 0 then live[#live + 1] = t end end
local s = 0
for _, t in ipairs(live) do assert(t.self == t and t[2] == tostring(t[1]) and t[3][1] == t[1]) s = s + t[1] end
print(#live, s) --> 20	210000
local str = ""
for i = 1, 500 do str = str .. i % 10 end
print(#str, str:sub(-5)) --> 500	67890
local f
for i = 1, 5000 do local p = f f = function() return i, p and 1 end end
print(f()) --> 5000	1
local before = collectgarbage("count")
for i = 1, 10 do local big = {} for j = 1, 10000 do big[j] = j end end
collectgarbage()
print(collectgarbage("count") < before + 200) --> true
