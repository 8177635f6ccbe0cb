-- `string.gsub` with a string, a table and a function as replacement.
local ROUNDS = 26000

local template = "Dear ${name}, your order #${order} of ${count} items ships on ${day}; reply to ${mail} if ${name} moved."
local values = { name = "Ada", order = "1815", count = "12", day = "Friday", mail = "shop@example.org" }
local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }
local html = '<a href="/find?q=lua&n=10">"Lua" & <b>friends</b></a> with plain words in between them'

local length, count = 0, 0
for i = 1, ROUNDS do
  values.order = tostring(i)
  local text, n = template:gsub("%${(%w+)}", values)
  length, count = length + #text, count + n
  text, n = html:gsub('[&<>"]', entities)
  length, count = length + #text, count + n
  text, n = html:gsub("%w+", function(word) return #word > 3 and word:upper() or nil end)
  length, count = length + #text, count + n
  text, n = template:gsub("(%w)(%w*)", "%2%1")
  length, count = length + #text, count + n
  text, n = template:gsub("%s+", "")
  length, count = length + #text, count + n
end
print("gsub", length, count)
