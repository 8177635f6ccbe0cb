-- Building strings with `..`: short pieces, numbers in between, chains, and one string that grows.
local N, GROWING = 800000, 10000

local length, last = 0, ""
for i = 1, N do
  local key = "user:" .. i % 1000 .. ":" .. "name"
  last = key .. "=" .. last:sub(1, 8)
  length = length + #last
end
local text = ""
for i = 1, GROWING do text = text .. (i % 10) end
print("concat_operator", length, last, #text, text:sub(-5))
