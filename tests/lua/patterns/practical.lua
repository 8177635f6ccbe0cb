-- Things people do with patterns. Lua 5.1 manual §5.4.1.
local function split(s, sep) local r = {} for f in (s .. sep):gmatch("(.-)" .. sep:gsub("%p", "%%%0")) do r[#r + 1] = f end return r end
print(table.concat(split("a,b,,c", ","), "|"), #split("", ","), table.concat(split("1.2.3", "."), "|")) --> a|b||c	1	1|2|3
local function trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end
print("[" .. trim("  x y  ") .. "]", "[" .. trim("") .. "]") --> [x y]	[]
print(("hello world"):gsub("(%a)(%a*)", function(a, b) return a:upper() .. b end)) --> Hello World	2
print((("a b&c=d/é"):gsub("[^%w]", function(c) return ("%%%02X"):format(c:byte()) end))) --> a%20b%26c%3Dd%2F%C3%A9
print((("a%20b%26"):gsub("%%(%x%x)", function(h) return string.char(tonumber(h, 16)) end))) --> a b&
print(("1234567.891"):reverse():gsub("(%d%d%d)", "%1,"):reverse()) --> 1,234,567.,891
local csv = {}
for f in ('a,"b,c",d'):gsub('"(.-)"', function(q) return q:gsub(",", "\1") end):gmatch("[^,]+") do csv[#csv + 1] = f:gsub("\1", ",") end
print(table.concat(csv, " | ")) --> a | b,c | d
print(("/* c */ x = 1 /* d */"):gsub("/%*.-%*/", "")) -->  x = 1 	2
print(("CamelCaseString"):gsub("%u", function(c) return "_" .. c:lower() end)) --> _camel_case_string	3
local count = {}
for w in ("the cat and the dog and the bird"):gmatch("%a+") do count[w] = (count[w] or 0) + 1 end
print(count.the, count["and"], count.cat) --> 3	2	1
print(("%d.%m"):gsub("%%(%a)", { d = "15", m = "01" })) --> 15.01	2
