-- Producers, filters, consumers. Lua 5.1 manual §2.11.
local function produce(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield("line " .. i) end end) end
local function filter(gen)
  return coroutine.wrap(function() local i = 1 for line in gen do coroutine.yield(i .. ": " .. line:upper()) i = i + 1 end end)
end
for line in filter(produce(3)) do print(line) end --> 1: LINE 1 --> 2: LINE 2 --> 3: LINE 3
local function tree(t) if t then tree(t[1]) coroutine.yield(t.v) tree(t[2]) end end
local t = { v = 5, { v = 2, { v = 1 }, { v = 3 } }, { v = 8, nil, { v = 9 } } }
local out = {}
for v in coroutine.wrap(function() tree(t) end) do out[#out + 1] = v end
print(table.concat(out, " ")) --> 1 2 3 5 8 9
local function primes()
  return coroutine.wrap(function() local function gen() for i = 2, 50 do coroutine.yield(i) end end local src = coroutine.wrap(gen) while true do local p = src() if not p then return end coroutine.yield(p) local old = src src = coroutine.wrap(function() for n in old do if n % p ~= 0 then coroutine.yield(n) end end end) end end)
end
out = {}
for p in primes() do out[#out + 1] = p end
print(table.concat(out, " ")) --> 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47
