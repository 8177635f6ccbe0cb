// redmoon/ioredis and redmoon/node-redis: the same scripts run by a real redis-server, and by Redmoon whose host is a client of it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ioredisHost } from '../dist/esm/ioredis.js';
import { Redmoon, RedmoonError } from '../dist/esm/node.js';
import { nodeRedisHost } from '../dist/esm/node-redis.js';
import { require, startReal } from './clients.mjs';

const { Redis } = require('ioredis');
const { createClient, createClientPool } = require('redis');

/** Lua that shows a reply with all its types. */
const SHOW = `
local function show(v)
  if type(v) == 'string' then return string.format('%q', v) end
  if type(v) ~= 'table' then return type(v) .. ' ' .. tostring(v) end
  local keys = {}
  for key in pairs(v) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local parts = {}
  for _, key in ipairs(keys) do parts[#parts + 1] = tostring(key) .. '=' .. show(v[key]) end
  return '{' .. table.concat(parts, ', ') .. '}'
end
`;

/** Commands, in their order, of which a script shows the replies. Words are as in a shell; {n} is byte n. */
const COMMANDS = `
SET s v
SET s w GET
SET s x NX
GET s
GET none
set lower case
GETDEL lower
SET bytes {0}{255}{13}{10}{195}
GET bytes
APPEND s y
STRLEN s
SETEX t 100 v
PSETEX t 100000 v
TYPE s
TYPE none
RENAME s s2
RENAMENX s2 s
MSET a 1 b 2
MSETNX a 1 c 2
MGET a none b
INCR n
INCRBY n 9007199254740000
INCRBYFLOAT f 0.1
SETRANGE s 1 zz
GETRANGE s 0 1
LCS a b IDX
RPUSH l a b c
LRANGE l 0 -1
LSET l 0 z
LTRIM l 0 1
LPOP l 2
LPOP none 2
LPOS l z
HSET h f 1 g {255}
HMSET h i 3
HGETALL h
HGETALL none
HMGET h f none
HRANDFIELD h 1
HRANDFIELD h 3 WITHVALUES
HINCRBYFLOAT h f 1.5
HKEYS h
SADD set a b {254}
SADD ints 1 2 3
SMEMBERS ints
SISMEMBER set a
SMISMEMBER set a x
SINTER set set
ZADD z 1 a 2.5 b 0.1 c
ZADD z INCR 1 a
ZSCORE z c
ZSCORE z none
ZMSCORE z a none c
ZRANGE z 0 -1
ZRANGE z 0 -1 WITHSCORES
ZRANGEBYSCORE z -inf +inf WITHSCORES LIMIT 0 2
ZREVRANGE z 0 -1 WITHSCORES
ZINCRBY z 0.1 c
ZADD inf inf a -inf b
ZRANGE inf 0 -1 WITHSCORES
ZUNION 2 z inf WITHSCORES
ZRANDMEMBER z 3 WITHSCORES
ZRANDMEMBER z
ZPOPMIN z
ZPOPMAX z 2
ZPOPMIN z 2
ZADD z 1 a
ZMPOP 1 z MIN
GEOADD g 13.361389 38.115556 p 15.087269 37.502669 q
GEOPOS g p none
GEODIST g p q km
GEOSEARCH g FROMMEMBER p BYRADIUS 500 km WITHCOORD WITHDIST
XADD x 1-1 f v
XADD x 2-1 f v g {255}
XRANGE x - +
XREAD STREAMS x 0
XREAD STREAMS none 0
XGROUP CREATE x group 0
XREADGROUP GROUP group me STREAMS x >
XPENDING x group
XINFO STREAM x
XINFO GROUPS x
XSETID x 5-1
XLEN x
PFADD hll a b
PFMERGE hll2 hll
PFCOUNT hll2
SETBIT bit 7 1
BITFIELD bit GET u8 0
EXPIRE s 100
PERSIST s
TTL s
EXISTS s none
OBJECT ENCODING s
COPY s sc
DUMP ints
RESTORE ints2 0 xx
SORT l ALPHA
SCAN 0 COUNT 1000 MATCH h
HSCAN h 0
PING
PING hi
ECHO {255}{0}
PUBLISH c m
SELECT 1
CONFIG GET maxmemory
MEMORY USAGE none
DEL s
UNLINK a b none
LPUSH n x
GET
MSET a
MSET a 1 b
HSET h f
HSET h f 1 g
XADD x *
XADD x * f v g
PING a b
NOSUCH
XGROUP NOSUCH
XGROUP CREATE
OBJECT
CONFIG HELP
BLPOP l 0
SUBSCRIBE c
MULTI
DBSIZE
FLUSHALL
DBSIZE
`.trim().split('\n').map((line) => line.split(' '));

/** A word as Lua writes it. */
const quote = (word) => `'${word.replace(/\{(\d+)\}/g, (_, byte) => `\\${byte.padStart(3, '0')}`)}'`;

const scriptFor = (words, resp) => `${SHOW}
${resp === 3 ? 'redis.setresp(3)' : ''}
local ok, reply = pcall(redis.call, ${words.map(quote).join(', ')})
return (ok and '' or 'raised ') .. show(reply)`;

/** Scripts whose own replies and errors are compared. */
const SCRIPTS = [
  "return redis.call('SET', KEYS[1], ARGV[1])",
  "return redis.call('GET', KEYS[1])",
  "return redis.pcall('LPUSH', KEYS[1], 'x')",
  "return redis.call('LPUSH', KEYS[1], 'x')",
  "return redis.call('NOSUCH')",
  "return redis.call('GET')",
  "return {1, 'two', false, {redis.call('GET', KEYS[1])}, redis.status_reply('FINE')}",
  "local t = {} for i = 1, 100 do t[i] = redis.call('INCR', 'n') end return t",
  "for i = 1, 10 do redis.call('ZADD', 'z', i, 'm' .. i) end return redis.call('ZRANGE', 'z', 0, -1, 'WITHSCORES')",
  "redis.call('HSET', 'h', 'a', '1', 'b', '\\255') return redis.call('HGETALL', 'h')",
  "return redis.call('FLUSHALL')",
];

/** A reply in which bytes and errors can be compared. */
function plain(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (value instanceof Error) return `error ${value.message}`;
  if (Array.isArray(value)) return value.map(plain);
  return value;
}

let real;
const ends = [];
before(async () => {
  real = await startReal();
});
after(async () => {
  for (const end of ends) await end();
  await real?.stop();
});

async function ioredis(options) {
  const client = new Redis({ port: real.port, host: '127.0.0.1', db: 1, ...options });
  ends.push(() => client.disconnect());
  return { client, host: ioredisHost(client) };
}

async function nodeRedis(options) {
  const client = await createClient({ socket: { port: real.port, host: '127.0.0.1' }, database: 1, ...options }).connect();
  ends.push(() => client.destroy());
  return { client, host: nodeRedisHost(client) };
}

/** Clients, and the protocols of scripts in which they lose nothing. */
const CLIENTS = [
  ['ioredis, RESP2', () => ioredis({ protocol: 2 }), [2]],
  ['ioredis, RESP3', () => ioredis({ protocol: 3 }), [2]],
  ['node-redis, RESP2', () => nodeRedis({ RESP: 2 }), [2]],
  ['node-redis, RESP3', () => nodeRedis({ RESP: 3 }), [2, 3]],
];

for (const [name, make, protocols] of CLIENTS) {
  describe(name, () => {
    test('what scripts return and raise is equal to what EVAL returns and raises', async (t) => {
      if (!real) return t.skip('no redis-server');
      const direct = new Redis({ port: real.port, db: 0 });
      ends.push(() => direct.disconnect());
      await direct.flushall();
      const { host } = await make();
      const rm = await Redmoon.create({ host, bytes: true });
      for (const script of SCRIPTS) {
        const [keys, args] = [['key'], [Buffer.from([0, 255, 13, 10])]];
        const expected = await direct.evalBuffer(script, 1, ...keys, ...args).catch((error) => error);
        const actual = await rm.eval(script, { keys, args }).catch((error) => error);
        assert.deepEqual(plain(actual), plain(expected), script);
      }
      rm.dispose();
    });

    for (const resp of protocols) {
      test(`replies have their types, in scripts of RESP${resp}`, async (t) => {
        if (!real) return t.skip('no redis-server');
        const { host } = await make();
        const direct = new Redis({ port: real.port, db: 0 });
        ends.push(() => direct.disconnect());
        await direct.flushall();
        const rm = await Redmoon.create({ host, bytes: true });
        for (const words of COMMANDS) {
          const script = scriptFor(words, resp);
          const expected = await direct.evalBuffer(script, 0).catch((error) => error);
          const actual = await rm.eval(script).catch((error) => error);
          // Its members come in any order.
          if (words[0] === 'HRANDFIELD' || words[0] === 'ZRANDMEMBER') {
            assert.equal(shape(actual), shape(expected), words.join(' '));
          } else {
            assert.equal(plain(actual), plain(expected), words.join(' '));
          }
        }
        rm.dispose();
      });
    }
  });
}

/** What kinds of values are where, not which. */
function shape(shown) {
  return plain(shown).replace(/"(?:[^"\\]|\\[^])*"/g, 'S').replace(/-?\d+(\.\d+)?/g, '0');
}

test('ioredis with its own types keeps maps and doubles of RESP3', async (t) => {
  if (!real) return t.skip('no redis-server');
  const { host, client } = await ioredis({ replyMapping: 'resp3' });
  await client.hset('m', 'a', '1');
  await client.zadd('d', 0.5, 'm');
  const rm = await Redmoon.create({ host });
  const script = `redis.setresp(3)
    return {redis.call('HGETALL', 'm').map.a, tostring(redis.call('ZSCORE', 'd', 'm').double)}`;
  assert.deepEqual(await rm.eval(script), ['1', '0.5']);
});

test('scripts in flight share the client, and a client that is gone is an error of the script', async (t) => {
  if (!real) return t.skip('no redis-server');
  for (const { host, client } of [await ioredis({ retryStrategy: null }), await nodeRedis()]) {
    const rm = await Redmoon.create({ host });
    await rm.eval("return redis.call('FLUSHALL')");
    const script = "for i = 1, 10 do redis.call('INCR', KEYS[1]) end return redis.call('GET', KEYS[1])";
    const replies = await Promise.all(Array.from({ length: 100 }, (_, n) => rm.eval(script, { keys: [`k${n}`] })));
    assert.deepEqual(new Set(replies), new Set(['10']));
    if (client.destroy) client.destroy();
    else client.disconnect();
    await assert.rejects(rm.eval(script, { keys: ['k'] }), (error) => error instanceof RedmoonError && /clos/i.test(error.message));
  }
});

test('a value of many megabytes of all bytes goes through', async (t) => {
  if (!real) return t.skip('no redis-server');
  const value = Buffer.alloc(5_000_001, Buffer.from(Array.from({ length: 256 }, (_, at) => at)));
  for (const { host } of [await ioredis(), await nodeRedis()]) {
    const rm = await Redmoon.create({ host, bytes: true });
    const reply = await rm.eval("redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])", { keys: ['big'], args: [value] });
    assert.ok(value.equals(reply));
  }
});

test('a pool of node-redis is a client as well', async (t) => {
  if (!real) return t.skip('no redis-server');
  const pool = await createClientPool({ socket: { port: real.port, host: '127.0.0.1' } }).connect();
  ends.push(() => pool.destroy());
  const rm = await Redmoon.create({ host: nodeRedisHost(pool) });
  assert.equal(await rm.eval("redis.call('SET', 'p', '1') return redis.call('INCR', 'p')"), 2);
});

test('the commands that are refused are those that Redis refuses to scripts', async (t) => {
  if (!real) return t.skip('no redis-server');
  const { host, client } = await ioredis({ protocol: 2 });
  const rm = await Redmoon.create({ host });
  for (const [name, arity, flags, , , , , , , subcommands] of await client.call('COMMAND')) {
    const all = subcommands.length === 0 ? [[name, arity, flags]] : subcommands;
    for (const [full, count, marks] of all) {
      if (!marks.includes('noscript')) continue;
      const words = [...full.split('|'), ...Array(Math.max(Math.abs(count) - full.split('|').length, 0)).fill('1')];
      const script = `return redis.call(${words.map(quote).join(', ')})`;
      await assert.rejects(rm.eval(script), /This Redis command is not allowed from script/, full);
    }
  }
});
