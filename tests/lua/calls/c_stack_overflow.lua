-- Nesting natives deeper than 200 is refused. PUC `ldo.c`, `LUAI_MAXCCALLS`.
local function nest(n) if n == 0 then return "bottom" end return (string.gsub("x", "x", function() return nest(n - 1) end)) end
print(nest(10), nest(150)) --> bottom	bottom
print((select(2, pcall(nest, 250)))) --> C stack overflow
local depth = 0
local t = setmetatable({}, {})
getmetatable(t).__index = function(self, k) depth = depth + 1 return self[k .. "x"] end
local ok, message = pcall(function() return t.a end)
print(ok, message:gsub("^.-:%d+: ", "")) --> false	C stack overflow	1
local function sorts(n) local r = "s" table.sort({ 1, 2 }, function(a, b) if n > 0 then r = sorts(n - 1) end return a < b end) return r end
print(sorts(20)) --> s
print(pcall(sorts, 300)) --> false	C stack overflow
