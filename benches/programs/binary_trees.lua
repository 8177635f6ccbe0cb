-- Allocation: trees of small tables, short-lived ones beside one that stays.
local DEPTH = 16

local function grow(depth)
  if depth == 0 then return {} end
  return { left = grow(depth - 1), right = grow(depth - 1) }
end

local function count(tree)
  if not tree.left then return 1 end
  return 1 + count(tree.left) + count(tree.right)
end

local kept = grow(DEPTH)
local total = 0
for depth = 4, DEPTH, 4 do
  local rounds = 2 ^ (DEPTH - depth + 2)
  local nodes = 0
  for _ = 1, rounds do nodes = nodes + count(grow(depth)) end
  total = total + nodes
  print("binary_trees", depth, rounds, nodes)
end
print("binary_trees", total, count(kept))
