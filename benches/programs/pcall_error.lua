-- Protected calls: ones that succeed, ones that raise strings and tables, nested ones, and runtime errors.
local N = 600000

local function divide(a, b)
  if b == 0 then error("division by zero") end
  return a / b
end
local function refuse(code) error({ code = code }) end
local function deep(n)
  if n == 0 then error("bottom", 0) end
  return deep(n - 1) + 1
end

local good, bad, sum = 0, 0, 0
for i = 1, N do
  local ok, value = pcall(divide, i, i % 4)
  if ok then good = good + 1 else bad = bad + 1 sum = sum + (value and 1 or 0) end
  if i % 4 == 0 then
    local _, err = pcall(refuse, i % 10)
    sum = sum + err.code
    _, err = pcall(function() return err.missing.field end)
    if type(err) == "string" then sum = sum + 1 end
    ok, err = pcall(pcall, deep, 10)
    if ok then good = good + 1 end
  end
  if i % 16 == 0 then
    local _, text = xpcall(function() deep(3) end, function(message) return message .. "!" end)
    sum = sum + #text
  end
end
print("pcall_error", good, bad, sum)
