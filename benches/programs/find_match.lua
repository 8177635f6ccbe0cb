-- `string.find` and `string.match`: plain text, classes, captures, anchors, and misses.
local ROUNDS = 7500
local find, match = string.find, string.match

local lines = {
  "2026-11-05T12:30:59Z INFO  [worker-3] request id=8841 path=/api/v1/users/42 status=200 ms=13.5",
  "2026-11-05T12:31:00Z WARN  [worker-1] request id=8842 path=/api/v1/orders status=429 ms=0.9",
  "2026-11-05T12:31:02Z ERROR [worker-7] upstream 'billing' timed out after 3000 ms (attempt 2 of 3)",
  "                                 continuation line without a stamp, indented with spaces        ",
  "key = \"quoted value with = sign\"  -- and a comment",
}

local sum = 0
for _ = 1, ROUNDS do
  for _, line in ipairs(lines) do
    if find(line, "ERROR", 1, true) then sum = sum + 1 end
    sum = sum + (find(line, "%f[%a]status%f[%A]") or 0)
    local year, month, day = match(line, "^(%d+)%-(%d+)%-(%d+)T")
    if year then sum = sum + month * day end
    local worker = match(line, "%[([%w%-]+)%]")
    if worker then sum = sum + #worker end
    local id, path = match(line, "id=(%d+) path=(%S+)")
    if id then sum = sum + id % 10 + #path end
    local key, value = match(line, '^(%w+)%s*=%s*"([^"]*)"')
    if key then sum = sum + #key + #value end
    sum = sum + #match(line, "^%s*(.-)%s*$")
    if match(line, "(%a+) (%d+) of (%d+)%)$") then sum = sum + 7 end
  end
end
print("find_match", sum)
