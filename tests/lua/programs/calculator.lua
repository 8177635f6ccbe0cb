-- A recursive-descent calculator with error messages.
local function calc(s)
  local tokens, i = {}, 1
  for num, op in s:gmatch("%s*(%d*%.?%d*)%s*([-+*/^()]?)") do
    if num ~= "" then tokens[#tokens + 1] = tonumber(num) end
    if op ~= "" then tokens[#tokens + 1] = op end
  end
  local expr
  local function atom()
    local t = tokens[i] i = i + 1
    if type(t) == "number" then return t
    elseif t == "(" then local v = expr() if tokens[i] ~= ")" then error("')' expected at token " .. i, 0) end i = i + 1 return v
    elseif t == "-" then return -atom()
    else error("unexpected " .. tostring(t) .. " at token " .. i - 1, 0) end
  end
  local function power() local b = atom() if tokens[i] == "^" then i = i + 1 return b ^ power() end return b end
  local function term()
    local v = power()
    while tokens[i] == "*" or tokens[i] == "/" do
      local op = tokens[i]
      i = i + 1
      local r = power()
      v = op == "*" and v * r or op == "/" and v / r
    end
    return v
  end
  function expr()
    local v = term()
    while tokens[i] == "+" or tokens[i] == "-" do
      local op = tokens[i]
      i = i + 1
      local r = term()
      if op == "+" then
        v = v + r
      else
        v = v - r
      end
    end
    return v
  end
  local v = expr()
  if i <= #tokens then error("trailing " .. tokens[i], 0) end
  return v
end
for _, s in ipairs { "1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ^ 2", "10 / 4 - 1", "1 / 0", "((1))", "1 +", "(1", "1 2", "* 3", "0.5 * 4" } do
  print(s, pcall(calc, s))
end
