-- Edit distance, longest common subsequence, all by tables of tables.
local function lev(a, b)
  local d = {}
  for i = 0, #a do d[i] = { [0] = i } end
  for j = 0, #b do d[0][j] = j end
  for i = 1, #a do for j = 1, #b do
    local cost = a:sub(i, i) == b:sub(j, j) and 0 or 1
    d[i][j] = math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost)
  end end
  return d[#a][#b]
end
print(lev("kitten", "sitting"), lev("", "abc"), lev("same", "same"), lev("flaw", "lawn")) --> 3	3	0	2
local function lcs(a, b)
  local t = setmetatable({}, { __index = function(t, k) local r = setmetatable({}, { __index = function() return "" end }) t[k] = r return r end })
  for i = 1, #a do for j = 1, #b do
    if a:sub(i, i) == b:sub(j, j) then t[i][j] = t[i - 1][j - 1] .. a:sub(i, i)
    else t[i][j] = #t[i - 1][j] >= #t[i][j - 1] and t[i - 1][j] or t[i][j - 1] end
  end end
  return t[#a][#b]
end
print(lcs("AGGTAB", "GXTXAYB"), lcs("ABCBDAB", "BDCABA")) --> GTAB	BCBA
