-- Planets, to nine digits.
local function energy(b)
  local e = 0
  for i, p in ipairs(b) do
    e = e + 0.5 * p.m * (p.vx ^ 2 + p.vy ^ 2)
    for j = i + 1, #b do
      local q = b[j]
      e = e - p.m * q.m / math.sqrt((p.x - q.x) ^ 2 + (p.y - q.y) ^ 2)
    end
  end
  return e
end
local bodies = { { x = 0, y = 0, vx = 0, vy = 0, m = 39.47 }, { x = 1, y = 0, vx = 0, vy = 6.28, m = 1e-4 }, { x = 5.2, y = 0, vx = 0, vy = 2.75, m = 0.037 } }
print(("%.9f"):format(energy(bodies))) --> -0.142913942
for step = 1, 500 do
  for i = 1, #bodies do
    local p = bodies[i]
    for j = i + 1, #bodies do
      local q = bodies[j]
      local dx, dy = p.x - q.x, p.y - q.y
      local mag = 0.001 / (dx * dx + dy * dy) ^ 1.5
      p.vx, p.vy, q.vx, q.vy = p.vx - dx * q.m * mag, p.vy - dy * q.m * mag, q.vx + dx * p.m * mag, q.vy + dy * p.m * mag
    end
  end
  for _, p in ipairs(bodies) do p.x, p.y = p.x + 0.001 * p.vx, p.y + 0.001 * p.vy end
end
print(("%.9f"):format(energy(bodies))) --> -0.142913953
for _, p in ipairs(bodies) do print(("%.9f %.9f"):format(p.x, p.y)) end --> 0.000175471 0.000023022 --> -0.998123900 -0.015932882 --> 5.018215938 1.358970177
