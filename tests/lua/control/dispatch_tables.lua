-- Choosing by table instead of by `if`.
local ops = { ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end }
setmetatable(ops, { __index = function(_, k) return function() error("unknown operator " .. tostring(k), 2) end end })
for _, e in ipairs { { 1, "+", 2 }, { 5, "-", 7 }, { 3, "*", 4 }, { 1, "/", 4 } } do print(e[1] .. e[2] .. e[3], ops[e[2]](e[1], e[3])) end
print(pcall(function() return ops["%"](1, 2) end)) --> false	unknown operator %
local rpn = {}
for tok in ("3 4 + 2 * 7 /"):gmatch("%S+") do
  if tonumber(tok) then
    rpn[#rpn + 1] = tonumber(tok)
  else
    local b, a = table.remove(rpn), table.remove(rpn)
    rpn[#rpn + 1] = ops[tok](a, b)
  end
end
print(rpn[1], #rpn) --> 2	1
