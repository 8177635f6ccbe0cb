-- Long chains of `..` are one operation, associating right. PUC `lvm.c`, `luaV_concat`.
local t = {}
for i = 1, 100 do t[i] = "'" .. i .. "'" end
local s = loadstring("return " .. table.concat(t, " .. "))()
print(#s, s:sub(1, 20), s:sub(-10)) --> 192	12345678910111213141	6979899100
local log = {}
local mt = { __concat = function(a, b) log[#log + 1] = (type(a) == "table" and "T" or a) .. "|" .. (type(b) == "table" and "T" or b) return "R" end }
local o = setmetatable({}, mt)
print("a" .. "b" .. o .. "c" .. "d") --> abR
print(table.concat(log, " ")) --> T|cd
log = {}
print(o .. o .. o) --> R
print(table.concat(log, " ")) --> T|T T|R
log = {}
print(1 .. o .. 2) print(table.concat(log, " ")) --> 1R --> T|2
print("" .. "", #("" .. "a"), "" .. 1) --> 	1	1
