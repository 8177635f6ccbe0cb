-- `not` distributes through jumps without changing results. PUC `lcode.c`, `codenot`.
local function cases(a, b)
  local r = {}
  r[1] = tostring(not (a and b))
  r[2] = tostring(not (a or b))
  r[3] = tostring(not a and not b)
  r[4] = tostring(not a or b)
  r[5] = (not (a and not b)) and "T" or "F"
  if not (a and b) then r[6] = "x" else r[6] = "y" end
  if not (not a or not b) then r[7] = "x" else r[7] = "y" end
  if (a or not b) and not (a and b) then r[8] = "x" else r[8] = "y" end
  return table.concat(r, " ")
end
print(cases(true, true)) --> false false false true T y x y
print(cases(true, false)) --> true false false false F x y x
print(cases(false, true)) --> true false false true T x y y
print(cases(nil, nil)) --> true true true true T x y x
print(cases(nil, 0)) --> true false false true T x y y
