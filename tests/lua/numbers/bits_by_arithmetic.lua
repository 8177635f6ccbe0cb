-- Bit operations written with arithmetic. Lua 5.1 manual §2.5.1.
local function band(a, b)
  local r, p = 0, 1
  while a > 0 and b > 0 do
    local x, y = a % 2, b % 2
    if x == 1 and y == 1 then
      r = r + p
    end
    a, b, p = (a - x) / 2, (b - y) / 2, p * 2
  end
  return r
end
local function bxor(a, b)
  local r, p = 0, 1
  while a > 0 or b > 0 do
    local x, y = a % 2, b % 2
    if x ~= y then
      r = r + p
    end
    a, b, p = (a - x) / 2, (b - y) / 2, p * 2
  end
  return r
end
print(band(12, 10), bxor(12, 10), band(0xffff, 0xff0), bxor(2^40, 1)) --> 8	6	4080	1099511627777
local function hex(n) return ("%x"):format(n) end
print(hex(255), hex(2^31), hex(2^48)) --> ff	80000000	1000000000000
local function crc(s)
  local c = 0xffffffff
  for i = 1, #s do
    c = bxor(c, s:byte(i))
    for _ = 1, 8 do
      if c % 2 == 1 then
        c = bxor((c - 1) / 2, 0xedb88320)
      else
        c = c / 2
      end
    end
  end
  return bxor(c, 0xffffffff)
end
print(hex(crc("123456789")), hex(crc("")), hex(crc("hello"))) --> cbf43926	0	3610a686
