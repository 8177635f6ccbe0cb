-- Matrices with metamethods.
local M = {} M.__index = M
local function new(rows) return setmetatable(rows, M) end
function M.__mul(a, b)
  if type(a) == "number" then a, b = b, a end
  local r = {}
  if type(b) == "number" then for i, row in ipairs(a) do r[i] = {} for j, v in ipairs(row) do r[i][j] = v * b end end return new(r) end
  for i = 1, #a do r[i] = {} for j = 1, #b[1] do local s = 0 for k = 1, #b do s = s + a[i][k] * b[k][j] end r[i][j] = s end end
  return new(r)
end
function M.__add(a, b) local r = {} for i = 1, #a do r[i] = {} for j = 1, #a[1] do r[i][j] = a[i][j] + b[i][j] end end return new(r) end
function M.__eq(a, b) return tostring(a) == tostring(b) end
function M.__tostring(a) local r = {} for i, row in ipairs(a) do r[i] = table.concat(row, " ") end return table.concat(r, "; ") end
function M.__unm(a) return a * -1 end
function M.__pow(a, n) local r = a for i = 2, n do r = r * a end return r end
function M.__concat(a, b) return tostring(a) .. tostring(b) end
local a, b = new { { 1, 2 }, { 3, 4 } }, new { { 0, 1 }, { 1, 0 } }
print(a * b) --> 2 1; 4 3
print(a + b) --> 1 3; 4 4
print(2 * a) --> 2 4; 6 8
print(a * 0.5) --> 0.5 1; 1.5 2
print(-a) --> -1 -2; -3 -4
print(new { { 1, 1 }, { 1, 0 } } ^ 10) --> 89 55; 55 34
print(a == a * 1, a == b) --> true	false
print("a = " .. a .. "!") --> a = 1 2; 3 4!
