-- Errors stop at the innermost `pcall`; handlers may raise again. Lua 5.1 manual §2.7.
local log = {}
local function try(name, f) local ok, e = pcall(f) log[#log + 1] = name .. ":" .. tostring(ok) .. ":" .. tostring(e) return ok, e end
try("outer", function()
  try("inner", function() error("deep", 0) end)
  local ok, e = try("second", function() error("again", 0) end)
  error("rethrown " .. e, 0)
end)
for _, l in ipairs(log) do print(l) end --> inner:false:deep --> second:false:again --> outer:false:rethrown again
local function nest(n) if n == 0 then error("bottom", 0) end local ok, e = pcall(nest, n - 1) error(n .. " " .. e, 0) end
print(pcall(nest, 8)) --> false	8 7 6 5 4 3 2 1 bottom
local function deep(n) if n == 0 then return "ok" end return select(2, pcall(deep, n - 1)) end
print(deep(100)) --> ok
