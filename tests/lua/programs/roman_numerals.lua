-- Roman numerals and number words.
local map = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" }, { 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" } }
local function roman(n) local r = "" for _, m in ipairs(map) do while n >= m[1] do r = r .. m[2] n = n - m[1] end end return r end
local function number(s)
  local n, last = 0, 0
  for c in s:reverse():gmatch(".") do
    local v
    for _, m in ipairs(map) do
      if m[2] == c then
        v = m[1]
      end
    end
    if v < last then
      n = n - v
    else
      n = n + v
      last = v
    end
  end
  return n
end
for _, n in ipairs { 1, 4, 9, 14, 40, 90, 400, 1994, 2024, 3999 } do io.write(roman(n), "=", number(roman(n)), " ") end
print() -->
for i = 1, 15 do io.write(i % 15 == 0 and "FizzBuzz" or i % 5 == 0 and "Buzz" or i % 3 == 0 and "Fizz" or i, " ") end
print() -->
