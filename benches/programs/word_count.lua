-- `string.gmatch` into a table of counts, then a sorted report.
local ROUNDS = 1300

local text = {}
local seed = 5
for i = 1, 1500 do
  seed = (seed * 16807) % 2147483647
  local word = ("lorem ipsum dolor sit amet consectetur adipiscing elit"):sub(seed % 40 + 1, seed % 40 + 7)
  text[i] = word:gsub("%s", "X")
end
text = table.concat(text, " ")

local counts, total = {}, 0
for _ = 1, ROUNDS do
  for word in text:gmatch("%a+") do
    word = word:lower()
    counts[word] = (counts[word] or 0) + 1
    total = total + 1
  end
end
local words = {}
for word in pairs(counts) do words[#words + 1] = word end
table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
print("word_count", total, #words, words[1], counts[words[1]], words[#words], counts[words[#words]])
