// Scripts to learn from. Each stands for itself: a source, inputs, and commands that fill the keyspace.

import type { Mode, Work } from './work.js';

export interface Example {
  id: string;
  title: string;
  /** What there is to learn. */
  teaches: string;
  mode: Mode;
  source: string;
  keys?: string;
  args?: string;
  fn?: string;
  /** Commands, one a line. */
  setup?: string;
  breakpoints?: number[];
  limits?: Partial<Work['limits']>;
}

export const EXAMPLES: readonly Example[] = [
  {
    id: 'counter',
    title: 'Counter',
    teaches: 'KEYS, ARGV and a reply: count visits, forget them after a minute.',
    mode: 'script',
    keys: 'visits:home',
    args: '60',
    source: `-- A counter that forgets after a while.
-- KEYS[1] the counter, ARGV[1] seconds until it is forgotten.

local count = redis.call('INCR', KEYS[1])

if count == 1 then
  -- The first visit starts the clock.
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end

redis.log(redis.LOG_NOTICE, 'visit number ' .. count)

-- Tables become arrays, whole numbers stay numbers.
return { count, redis.call('TTL', KEYS[1]) }
`,
  },
  {
    id: 'rate-limiter',
    title: 'Rate limiter',
    teaches: 'A sliding window in a sorted set. Run it six times: the last one has to wait.',
    mode: 'script',
    keys: 'rate:ada',
    args: '5 10',
    source: `-- Sliding window: at most ARGV[1] requests in ARGV[2] seconds.
-- Returns { allowed, requests left, milliseconds to wait }.

local key = KEYS[1]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- What has left the window no longer counts.
redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)

local used = redis.call('ZCARD', key)
if used >= limit then
  local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return { 0, 0, tonumber(oldest[2]) + window - now }
end

-- Microseconds and a number keep members apart.
redis.call('ZADD', key, now, time[1] .. '.' .. time[2] .. '-' .. used)
redis.call('PEXPIRE', key, window)
return { 1, limit - used - 1, 0 }
`,
  },
  {
    id: 'token-bucket',
    title: 'Token bucket',
    teaches: 'State in a hash: tokens fill up with time and bursts are allowed.',
    mode: 'script',
    keys: 'bucket:api',
    args: '10 0.5 3',
    source: `-- ARGV: capacity, tokens per second, tokens that this call takes.

local capacity, rate, want = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6

local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(state[1]) or capacity
local at = tonumber(state[2]) or now

tokens = math.min(capacity, tokens + (now - at) * rate)
local allowed = tokens >= want
if allowed then tokens = tokens - want end

redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate))

-- Numbers in replies lose their fraction: send text to keep it.
return { allowed and 1 or 0, string.format('%.2f', tokens) }
`,
  },
  {
    id: 'lock',
    title: 'Lock',
    teaches: 'Compare and delete in one step: only the owner may release.',
    mode: 'script',
    keys: 'lock:report',
    args: 'release worker-7',
    setup: `SET lock:report worker-7 PX 60000`,
    source: `-- ARGV: acquire or release, and who asks.
-- Try: release worker-9, then release worker-7, then acquire worker-9.

local action, owner = ARGV[1], ARGV[2]

if action == 'acquire' then
  local reply = redis.call('SET', KEYS[1], owner, 'NX', 'PX', 60000)
  -- SET NX says OK, or nil, which Lua sees as false.
  return reply and redis.status_reply('ACQUIRED') or redis.status_reply('TAKEN')
end

if redis.call('GET', KEYS[1]) == owner then
  redis.call('DEL', KEYS[1])
  return redis.status_reply('RELEASED')
end
return redis.error_reply('NOTOWNER the lock is not yours')
`,
  },
  {
    id: 'leaderboard',
    title: 'Leaderboard',
    teaches: 'Sorted sets: add points, then answer with rank and neighbours.',
    mode: 'script',
    keys: 'game:scores',
    args: 'grace 250',
    setup: `ZADD game:scores 1200 ada 1100 alan 980 grace 870 edsger 640 barbara 410 ken`,
    source: `-- Give ARGV[2] points to ARGV[1]; who stands above and below now?

local board, player, points = KEYS[1], ARGV[1], ARGV[2]

local before = redis.call('ZREVRANK', board, player)
local score = redis.call('ZINCRBY', board, points, player)
local rank = redis.call('ZREVRANK', board, player)

local from = math.max(0, rank - 1)
local around = redis.call('ZREVRANGE', board, from, rank + 1, 'WITHSCORES')

local lines = {}
for i = 1, #around, 2 do
  lines[#lines + 1] = string.format('#%d %-8s %6s', from + (i + 1) / 2, around[i], around[i + 1])
end

if before and rank < before then
  redis.log(redis.LOG_NOTICE, player .. ' climbed ' .. (before - rank) .. ' places')
end
return { rank + 1, score, lines }
`,
  },
  {
    id: 'queue',
    title: 'Delayed queue',
    teaches: 'Move due jobs from a schedule to a list: nothing is lost, nothing runs twice.',
    mode: 'script',
    keys: 'jobs:delayed jobs:ready',
    args: '1700000000 10',
    setup: `ZADD jobs:delayed 1699999000 mail:1 1699999500 mail:2 1700000000 mail:3 1700009000 mail:4
RPUSH jobs:ready mail:0`,
    source: `-- KEYS: the schedule, the list of jobs that are ready.
-- ARGV: the time now, most jobs to move.

local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[2])

if #due > 0 then
  redis.call('ZREM', KEYS[1], unpack(due))
  redis.call('RPUSH', KEYS[2], unpack(due))
end

return {
  #due,
  redis.call('LLEN', KEYS[2]),
  redis.call('ZCARD', KEYS[1]),
}
`,
  },
  {
    id: 'json',
    title: 'JSON documents',
    teaches: 'cjson: change a document where it lies, and keep an index of it.',
    mode: 'script',
    keys: 'user:1 users:by-city',
    args: `'{"city": "Paris", "langs": ["lua", "c"]}'`,
    setup: `SET user:1 '{"name": "Ada", "city": "London", "visits": 41}'
HSET users:by-city London 7 Paris 3`,
    source: `-- Merge the fields of ARGV[1] into the document at KEYS[1].

local document = cjson.decode(redis.call('GET', KEYS[1]) or '{}')
local patch = cjson.decode(ARGV[1])
local old_city = document.city

for field, value in pairs(patch) do
  document[field] = value
end
document.visits = (document.visits or 0) + 1

if document.city ~= old_city then
  if old_city then redis.call('HINCRBY', KEYS[2], old_city, -1) end
  redis.call('HINCRBY', KEYS[2], document.city, 1)
end

local text = cjson.encode(document)
redis.call('SET', KEYS[1], text)
return text
`,
  },
  {
    id: 'library',
    title: 'Functions library',
    teaches: 'Redis 7 functions: load once, call by name. Choose the function beside KEYS.',
    mode: 'library',
    fn: 'cart_add',
    keys: 'cart:42',
    args: 'apple 3',
    setup: `HSET cart:42 pear 1`,
    source: `#!lua name=cart

-- Functions share what the library keeps in locals.
local MAX = 20

local function total(key)
  local sum = 0
  for _, count in ipairs(redis.call('HVALS', key)) do
    sum = sum + tonumber(count)
  end
  return sum
end

local function add(keys, args)
  local item, count = args[1], tonumber(args[2])
  if total(keys[1]) + count > MAX then
    return redis.error_reply('FULL the cart holds at most ' .. MAX)
  end
  redis.call('HINCRBY', keys[1], item, count)
  return total(keys[1])
end

redis.register_function('cart_add', add)

redis.register_function {
  function_name = 'cart_total',
  callback = function(keys) return total(keys[1]) end,
  flags = { 'no-writes' },
}
`,
  },
  {
    id: 'transfer',
    title: 'All or nothing',
    teaches: 'Check everything first, write afterwards: an error then leaves nothing half done.',
    mode: 'script',
    keys: 'account:ada account:alan',
    args: '30',
    setup: `SET account:ada 100
SET account:alan 20`,
    source: `-- Move ARGV[1] from KEYS[1] to KEYS[2].

local amount = tonumber(ARGV[1])
if not amount or amount <= 0 then
  return redis.error_reply('AMOUNT a positive amount is expected')
end

local balance = tonumber(redis.call('GET', KEYS[1]) or '0')
if balance < amount then
  return redis.error_reply(string.format('FUNDS %d is missing', amount - balance))
end

redis.call('DECRBY', KEYS[1], amount)
redis.call('INCRBY', KEYS[2], amount)
redis.call('XADD', 'ledger', '*', 'from', KEYS[1], 'to', KEYS[2], 'amount', amount)

return redis.call('MGET', KEYS[1], KEYS[2])
`,
  },
  {
    id: 'errors',
    title: 'Errors',
    teaches: 'call raises, pcall answers: catch what a command refuses, and go on.',
    mode: 'script',
    keys: 'a:string',
    setup: `SET a:string hello`,
    source: `-- A list command on a string is refused.

local reply = redis.pcall('LPUSH', KEYS[1], 'x')
if reply.err then
  redis.log(redis.LOG_WARNING, 'caught: ' .. reply.err)
end

-- pcall catches what Lua itself raises, too.
local ok, message = pcall(function()
  local user = nil
  return user.name
end)
redis.log(redis.LOG_WARNING, tostring(ok) .. ': ' .. message)

-- Not caught: the script ends here, and the editor marks the line.
return redis.call('INCR', KEYS[1])
`,
  },
  {
    id: 'binary',
    title: 'Binary data',
    teaches: 'cmsgpack, struct and bit: small records instead of long JSON.',
    mode: 'script',
    keys: 'sensor:1',
    args: '21.5 48',
    source: `-- Strings hold any bytes. The same reading, packed three ways.

local celsius, humidity = tonumber(ARGV[1]), tonumber(ARGV[2])

local json = cjson.encode { celsius = celsius, humidity = humidity }
local packed = cmsgpack.pack { celsius = celsius, humidity = humidity }
local record = struct.pack('>fB', celsius, humidity)

redis.call('RPUSH', KEYS[1], json, packed, record)

local back, percent = struct.unpack('>fB', record)
local flags = bit.bor(bit.lshift(1, 4), bit.band(percent, 0x0f))

return { #json, #packed, #record, tostring(back), percent, bit.tohex(flags, 2) }
`,
  },
  {
    id: 'visitors',
    title: 'Unique visitors',
    teaches: 'Bitmaps are exact, a HyperLogLog is small: compare their answers.',
    mode: 'script',
    keys: 'seen:bitmap seen:loglog',
    args: '2000',
    source: `-- Let ARGV[1] visits come from up to 1,000 visitors.

math.randomseed(42)
for _ = 1, tonumber(ARGV[1]) do
  local visitor = math.random(1000)
  redis.call('SETBIT', KEYS[1], visitor, 1)
  redis.call('PFADD', KEYS[2], visitor)
end

return {
  'exact', redis.call('BITCOUNT', KEYS[1]),
  'estimate', redis.call('PFCOUNT', KEYS[2]),
}
`,
  },
  {
    id: 'runaway',
    title: 'A runaway loop',
    teaches: 'No script freezes anything: fuel ends it. Set the limit to ∞ and press Stop.',
    mode: 'script',
    keys: 'progress',
    limits: { fuel: 1e7 },
    source: `-- This loop never ends by itself, and pcall cannot save it.

local turns = 0
pcall(function()
  while true do
    turns = turns + 1
    if turns % 100000 == 0 then
      redis.call('SET', KEYS[1], turns)
    end
  end
end)

return 'never reached'
`,
  },
  {
    id: 'stepping',
    title: 'Step by step',
    teaches: 'Press F10 to step, F11 to step into the call; watch the locals change.',
    mode: 'script',
    args: '5 2 8 1',
    breakpoints: [10],
    source: `-- Insertion sort, slowly. There is a breakpoint on line 10.

local numbers = {}
for i, text in ipairs(ARGV) do numbers[i] = tonumber(text) end

local function insert(list, size, value)
  local at = size
  while at >= 1 and list[at] > value do
    -- Make room.
    list[at + 1] = list[at]
    at = at - 1
  end
  list[at + 1] = value
end

for i = 2, #numbers do
  insert(numbers, i - 1, numbers[i])
end
return numbers
`,
  },
  {
    id: 'lua',
    title: 'Plain Lua',
    teaches: 'All of Lua 5.1 with print: closures, metatables, coroutines.',
    mode: 'lua',
    source: `-- A program of its own: no KEYS, but print, and redis.call if you like.

local function primes()
  return coroutine.wrap(function()
    local composite = {}
    for n = 2, math.huge do
      if not composite[n] then
        coroutine.yield(n)
        for multiple = n * n, 10000, n do composite[multiple] = true end
      end
    end
  end)
end

local found = {}
for prime in primes() do
  if prime > 50 then break end
  found[#found + 1] = prime
end
print('primes:', table.concat(found, ' '))

local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Vector) end
Vector.__tostring = function(v) return string.format('(%g, %g)', v.x, v.y) end

local sum = setmetatable({ x = 1, y = 2 }, Vector) + setmetatable({ x = 0.5, y = 3 }, Vector)
print('sum:', tostring(sum))

return { primes = found, sum = { x = sum.x, y = sum.y } }
`,
  },
];
