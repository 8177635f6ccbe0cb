-- Substrings as keys: frequencies of the fragments of a made-up DNA sequence.
local LENGTH = 190000

local seed = 42
local function random()
  seed = (seed * 3877 + 29573) % 139968
  return seed / 139968
end

local letters = {}
for i = 1, LENGTH do
  local r = random()
  letters[i] = r < 0.3 and "A" or r < 0.5 and "C" or r < 0.7 and "G" or "T"
end
local sequence = table.concat(letters)

local function count(size)
  local counts = {}
  for i = 1, #sequence - size + 1 do
    local fragment = sequence:sub(i, i + size - 1)
    counts[fragment] = (counts[fragment] or 0) + 1
  end
  return counts
end

local out = {}
for _, size in ipairs { 1, 2, 4, 6, 12, 18 } do
  local counts, kinds, most, name = count(size), 0, 0, ""
  for fragment, n in pairs(counts) do
    kinds = kinds + 1
    if n > most or n == most and fragment < name then most, name = n, fragment end
  end
  out[#out + 1] = size .. ":" .. kinds .. ":" .. name .. ":" .. most
end
print("nucleotides", table.concat(out, " "))
