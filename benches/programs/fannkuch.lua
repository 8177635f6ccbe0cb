-- Small arrays: flips of every permutation of N numbers, with reads and writes by index.
local N = 9

local permutation, work, count = {}, {}, {}
for i = 1, N do permutation[i] = i end

local checksum, most, sign, left = 0, 0, 1, N + 1
while true do
  -- Shorter prefixes than the one just rotated start over.
  while left > 2 do
    left = left - 1
    count[left] = left
  end

  local first = permutation[1]
  if first ~= 1 then
    for i = 2, N do work[i] = permutation[i] end
    local flips = 1
    while true do
      local next = work[first]
      if next == 1 then break end
      work[first] = first
      local low, high = 2, first - 1
      while low < high do
        work[low], work[high] = work[high], work[low]
        low, high = low + 1, high - 1
      end
      first, flips = next, flips + 1
    end
    if flips > most then most = flips end
    checksum = checksum + sign * flips
  end

  left = 2
  while true do
    if left > N then
      print("fannkuch", N, checksum, most)
      return
    end
    local head = permutation[1]
    for i = 1, left - 1 do permutation[i] = permutation[i + 1] end
    permutation[left] = head
    count[left] = count[left] - 1
    if count[left] > 0 then break end
    left = left + 1
  end
  sign = -sign
end
