-- A function has room for 262144 constants; small ones are operands, the rest are loaded. PUC `lopcodes.h`.
local t = {}
for i = 1, 600 do t[i] = "x = x + " .. i .. ".5" end
print(loadstring("local x = 0 " .. table.concat(t, " ") .. " return x")()) --> 180600
for i = 1, 600 do t[i] = "t['key" .. i .. "'] = 'v" .. i .. "'" end
local r = loadstring("local t = {} " .. table.concat(t, " ") .. " return t")()
print(r.key1, r.key256, r.key257, r.key600) --> v1	v256	v257	v600
for i = 1, 600 do t[i] = "g" .. i .. " = " .. i end
loadstring(table.concat(t, " "))()
print(g1, g255, g256, g600) --> 1	255	256	600
for i = 1, 600 do t[i] = "(x == 'c" .. i .. "' and " .. i .. ")" end
local names = {}
for i = 1, 300 do names[i] = "'k" .. i .. "'" end
local sel = loadstring("local o, s = ..., '' for _, n in ipairs{" .. table.concat(names, ",") .. "} do s = s .. (o[n] or '') end return s")
print(sel { k1 = "a", k300 = "z" }) --> az
