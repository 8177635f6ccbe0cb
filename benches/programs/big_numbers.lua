-- Whole numbers of many digits as arrays: factorials and powers, with carries by `%` and `math.floor`.
local N, ROUNDS = 300, 100
local BASE = 10000000
local floor = math.floor

local function times(digits, k)
  local carry = 0
  for i = 1, #digits do
    local x = digits[i] * k + carry
    carry = floor(x / BASE)
    digits[i] = x - carry * BASE
  end
  while carry > 0 do
    digits[#digits + 1] = carry % BASE
    carry = floor(carry / BASE)
  end
end

local function text(digits)
  local out = { tostring(digits[#digits]) }
  for i = #digits - 1, 1, -1 do out[#out + 1] = ("%07d"):format(digits[i]) end
  return table.concat(out)
end

local sum, last = 0, nil
for _ = 1, ROUNDS do
  local factorial, power = { 1 }, { 1 }
  for i = 1, N do
    times(factorial, i)
    for _ = 1, 4 do times(power, 3) end
  end
  last = text(factorial)
  sum = sum + #last + #text(power)
end
print("big_numbers", sum, last:sub(1, 20))
