-- Counting words and sorting by count, then alphabetically.
local text = [[It was the best of times, it was the worst of times, it was the age of wisdom,
it was the age of foolishness, it was the epoch of belief, it was the epoch of incredulity]]
local counts, words = {}, {}
for w in text:lower():gmatch("%a+") do
  if not counts[w] then counts[w] = 0 words[#words + 1] = w end
  counts[w] = counts[w] + 1
end
table.sort(words, function(a, b) if counts[a] ~= counts[b] then return counts[a] > counts[b] end return a < b end)
for i = 1, 8 do print(("%-8s %2d %s"):format(words[i], counts[words[i]], ("*"):rep(counts[words[i]]))) end
