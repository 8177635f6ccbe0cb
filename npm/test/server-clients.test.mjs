// ioredis and node-redis on a server from the package alone: through its port, and ioredis through a stream as well.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createServer, ioredisOptions, nodeRedisOptions } from '../dist/esm/server.js';
import { require, until } from './clients.mjs';

const { Redis } = require('ioredis');
const { createClient, defineScript } = require('redis');

const ways = {
  port: (server) => ({ host: server.host, port: server.port, password: server.password }),
  stream: (server) => ioredisOptions(server),
};

for (const [way, optionsOf] of Object.entries(ways)) {
  for (const protocol of [2, 3]) {
    describe(`ioredis, ${way}, RESP${protocol}`, () => {
      let server;
      let redis;
      const clients = [];
      const connect = (options = {}) => {
        const client = new Redis({ ...optionsOf(server), protocol, ...options });
        clients.push(client);
        return client;
      };
      before(async () => {
        server = await createServer({ password: 'secret' });
        redis = connect();
      });
      beforeEach(() => server.flush());
      after(async () => {
        for (const client of clients) client.disconnect();
        await server.close();
      });

      test('values of every type, binary safe', async () => {
        assert.equal(await redis.set('s', '1', 'EX', 100), 'OK');
        assert.equal(await redis.incrby('s', 41), 42);
        await redis.hset('h', { a: 1, b: 2 });
        assert.deepEqual(await redis.hgetall('h'), { a: '1', b: '2' });
        await redis.zadd('z', 1, 'one', 2.5, 'two');
        assert.deepEqual(await redis.zrange('z', 0, -1, 'WITHSCORES'), ['one', '1', 'two', '2.5']);
        const bytes = Buffer.from([0, 255, 13, 10, 0]);
        await redis.set('bytes', bytes);
        assert.deepEqual(await redis.getBuffer('bytes'), bytes);
        await assert.rejects(redis.lpush('s', 'x'), /^ReplyError: WRONGTYPE/);
        const big = Buffer.alloc(10_000_000, bytes);
        await redis.set('big', big);
        assert.ok((await redis.getBuffer('big')).equals(big));
      });

      test('pipelines keep their order', async () => {
        const pipeline = redis.pipeline();
        for (let n = 0; n < 3000; n++) pipeline.incr('n');
        const replies = await pipeline.exec();
        assert.deepEqual(replies.map(([, n]) => n), Array.from({ length: 3000 }, (_, n) => n + 1));
      });

      test('MULTI, WATCH', async () => {
        const replies = await redis.multi().set('a', 'x').lpush('a', 1).get('a').exec();
        assert.equal(replies[0][1], 'OK');
        assert.match(replies[1][0].message, /WRONGTYPE/);
        assert.equal(replies[2][1], 'x');
        await redis.watch('a');
        server.redmoon.call('SET', 'a', 'theirs');
        assert.equal(await redis.multi().set('a', 'mine').exec(), null);
      });

      test('scripts by digest, sent again when the server does not know them', async () => {
        redis.defineCommand('take', {
          numberOfKeys: 1,
          lua: `local n = tonumber(redis.call('GET', KEYS[1]) or '0')
            if n < tonumber(ARGV[1]) then return redis.error_reply('SOLDOUT none left') end
            return redis.call('DECRBY', KEYS[1], ARGV[1])`,
        });
        await redis.set('stock', 3);
        assert.equal(await redis.take('stock', 2), 1);
        await redis.script('FLUSH');
        assert.equal(await redis.take('stock', 1), 0);
        await assert.rejects(redis.take('stock', 1), /SOLDOUT none left/);
      });

      test('channels and patterns', async () => {
        const listener = connect();
        const heard = [];
        listener.on('message', (channel, message) => heard.push([channel, message]));
        listener.on('pmessage', (pattern, channel, message) => heard.push([pattern, channel, message]));
        await listener.subscribe('news', 'sport');
        await listener.psubscribe('n*');
        assert.equal(await redis.publish('news', '1'), 2);
        server.redmoon.call('PUBLISH', 'sport', '2');
        await until(() => heard.length === 3);
        assert.deepEqual(heard, [['news', '1'], ['n*', 'news', '1'], ['sport', '2']]);
      });

      test('waiting pops', async () => {
        const [first, second] = [connect(), connect()];
        const replies = [first.blpop('jobs', 10)];
        await until(async () => (await redis.client('LIST')).match(/flags=b/g)?.length === 1);
        replies.push(second.blpop('jobs', 10));
        await until(async () => (await redis.client('LIST')).match(/flags=b/g)?.length === 2);
        await redis.rpush('jobs', 'a', 'b');
        assert.deepEqual(await Promise.all(replies), [['jobs', 'a'], ['jobs', 'b']]);
        assert.equal(await first.blpop('never', 0.05), null);
      });

      test('what was sent before the end of a connection still counts', async () => {
        const client = connect();
        await client.ping();
        void client.set('last', 'word').catch(() => {});
        client.disconnect();
        await until(() => server.redmoon.call('GET', 'last') === 'word');
      });

      test('a client that loses its connection comes back', async () => {
        const client = connect({ retryStrategy: () => 1 });
        const id = await client.client('ID');
        assert.equal(await redis.client('KILL', 'ID', id), 1);
        await until(async () => (await client.ping().catch(() => '')) === 'PONG');
        assert.notEqual(await client.client('ID'), id);
      });
    });
  }
}

for (const RESP of [2, 3]) {
  describe(`node-redis, RESP${RESP}`, () => {
    let server;
    let client;
    const scripts = {
      add: defineScript({
        NUMBER_OF_KEYS: 1,
        SCRIPT: "return redis.call('INCRBY', KEYS[1], ARGV[1])",
        parseCommand: (parser, key, by) => {
          parser.pushKey(key);
          parser.push(String(by));
        },
        transformReply: (reply) => reply,
      }),
    };
    before(async () => {
      server = await createServer({ password: 'secret' });
      client = await createClient({ ...nodeRedisOptions(server), RESP, scripts }).connect();
    });
    after(async () => {
      client?.destroy();
      await server.close();
    });

    test('by URL', async () => {
      const other = await createClient({ url: server.url, RESP }).connect();
      assert.equal(await other.ping(), 'PONG');
      await other.close();
    });

    test('strings, hashes, sorted sets, scripts, transactions, many at once', async () => {
      assert.equal(await client.set('key', 'value', { expiration: { type: 'EX', value: 10 } }), 'OK');
      assert.equal(await client.get('key'), 'value');
      await client.hSet('hash', { a: '1', b: '2' });
      assert.deepEqual({ ...(await client.hGetAll('hash')) }, { a: '1', b: '2' });
      await client.zAdd('zset', [{ score: 1.5, value: 'x' }, { score: 2, value: 'y' }]);
      assert.deepEqual(await client.zRangeWithScores('zset', 0, -1), [{ value: 'x', score: 1.5 }, { value: 'y', score: 2 }]);
      assert.equal(await client.add('n', 5), 5);
      assert.equal(await client.eval('return #KEYS + #ARGV', { keys: ['a'], arguments: ['b', 'c'] }), 3);
      assert.deepEqual(await client.multi().set('t', '1').incr('t').exec(), ['OK', 2]);
      const replies = await Promise.all(Array.from({ length: 1000 }, () => client.incr('m')));
      assert.deepEqual(replies, Array.from({ length: 1000 }, (_, n) => n + 1));
      if (RESP === 3) {
        const reply = await client.eval("redis.setresp(3) return redis.call('HGETALL', KEYS[1])", { keys: ['hash'] });
        assert.deepEqual({ ...reply }, { a: '1', b: '2' });
      }
    });

    test('channels and waiting pops', async () => {
      const listener = await client.duplicate().connect();
      const heard = [];
      await listener.subscribe('a', (message, channel) => heard.push([channel, message]));
      await listener.pSubscribe('a*', (message, channel) => heard.push(['*', channel, message]));
      assert.equal(await client.publish('a', '1'), 2);
      await until(() => heard.length === 2);
      assert.deepEqual(heard, [['a', '1'], ['*', 'a', '1']]);
      listener.destroy();
      const waiting = await client.duplicate().connect();
      const reply = waiting.blPop('jobs', 10);
      await until(() => /blocked_clients:1/.test(server.redmoon.call('INFO', 'clients')));
      await client.rPush('jobs', 'one');
      assert.deepEqual({ ...(await reply) }, { key: 'jobs', element: 'one' });
      waiting.destroy();
    });
  });
}
