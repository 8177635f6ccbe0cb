-- Run-length coding and Caesar's cipher.
local function rle(s) return (s:gsub("(.)%1*", function(c) return c end)) end
local function encode(s)
  local r, i = {}, 1
  while i <= #s do
    local c = s:sub(i, i)
    local j = i
    while s:sub(j + 1, j + 1) == c do
      j = j + 1
    end
    r[#r + 1] = j - i + 1 .. c
    i = j + 1
  end
  return table.concat(r)
end
local function decode(s) return (s:gsub("(%d+)(%D)", function(n, c) return c:rep(n) end)) end
print(encode("WWWWBWWCC"), decode(encode("WWWWBWWCC")), decode("3a2b10c"), rle("aabb")) --> 4W1B2W2C	WWWWBWWCC	aaabbcccccccccc	aabb
local function caesar(s, k)
  return (s:gsub("%a", function(c) local base = c:find("%l") and 97 or 65 return string.char((c:byte() - base + k) % 26 + base) end))
end
print(caesar("Hello, World!", 3), caesar(caesar("Hello, World!", 3), -3), caesar("xyz", 27)) --> Khoor, Zruog!	Hello, World!	yza
local function rot13(s) return (s:gsub("%a", function(c) return caesar(c, 13) end)) end
print(rot13("Why did the chicken"), rot13(rot13("same"))) --> Jul qvq gur puvpxra	same
