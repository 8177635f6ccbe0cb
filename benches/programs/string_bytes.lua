-- Bytes: `string.byte`, `string.char`, `sub`, `upper`, `lower`, `reverse`, `rep`; a checksum, base64, a cipher.
local ROUNDS = 500
local byte, char, sub, floor = string.byte, string.char, string.sub, math.floor

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local function digit(n) return sub(digits, n + 1, n + 1) end

local function base64(s)
  local out = {}
  for i = 1, #s - 2, 3 do
    local a, b, c = byte(s, i, i + 2)
    local n = a * 65536 + b * 256 + c
    out[#out + 1] = digit(floor(n / 262144)) .. digit(floor(n / 4096) % 64) .. digit(floor(n / 64) % 64) .. digit(n % 64)
  end
  return table.concat(out)
end

local function adler(s)
  local a, b = 1, 0
  for i = 1, #s do
    a = (a + byte(s, i)) % 65521
    b = (b + a) % 65521
  end
  return b * 65536 + a
end

local function rotate(s)
  local out = {}
  for i = 1, #s do
    local c = byte(s, i)
    if c >= 97 and c <= 122 then c = (c - 97 + 13) % 26 + 97 end
    out[i] = char(c)
  end
  return table.concat(out)
end

local text = ("The quick brown fox jumps over the lazy dog. "):rep(60)
local sum = 0
for round = 1, ROUNDS do
  local s = rotate(text)
  s = s:upper():reverse():lower()
  sum = (sum + adler(s) + #base64(s)) % 2147483647
  text = sub(text, 2) .. char(97 + round % 26)
end
print("string_bytes", sum, text:sub(-8))
