-- Shortest paths in a small graph.
local graph = { A = { B = 7, C = 9, F = 14 }, B = { A = 7, C = 10, D = 15 }, C = { A = 9, B = 10, D = 11, F = 2 }, D = { B = 15, C = 11, E = 6 }, E = { D = 6, F = 9 }, F = { A = 14, C = 2, E = 9 } }
local function shortest(from)
  local dist, done = { [from] = 0 }, {}
  while true do
    local best
    for n, d in pairs(dist) do if not done[n] and (not best or d < dist[best]) then best = n end end
    if not best then return dist end
    done[best] = true
    for n, w in pairs(graph[best]) do if not dist[n] or dist[best] + w < dist[n] then dist[n] = dist[best] + w end end
  end
end
local d = shortest("A")
for _, n in ipairs { "A", "B", "C", "D", "E", "F" } do io.write(n, "=", d[n], " ") end
print() -->
