// A rate limiter: one script, tested without a Redis, and then used by ioredis as it is in production.

import Redis from 'ioredis';
import { Redmoon } from 'redmoon';

// A sliding window: a sorted set of the times of the calls that were let through.
const limiter = {
  numberOfKeys: 1,
  lua: `
    local window, most, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
    local used = redis.call('ZCARD', KEYS[1])
    if used >= most then return 0 end
    redis.call('ZADD', KEYS[1], now, now .. ':' .. used)
    redis.call('PEXPIRE', KEYS[1], window)
    return most - used`,
};

// In this process: the clock is ours, so that a test need not wait.
let now = 1_000_000;
const rm = await Redmoon.create({ now: () => now });
const allow = rm.defineCommand('allow', limiter);
const left = [];
for (let at = 0; at < 5; at++) left.push(await allow('user:1', 1_000, 3, (now += 100)));
now += 1_000;
left.push(await allow('user:1', 1_000, 3, now));
console.log('in this process:', left.join(' '));
rm.dispose();

// By ioredis: the same definition, on a Redis that this package is.
const { createServer } = await import('redmoon/server');
const server = await createServer();
const redis = new Redis(server.port, '127.0.0.1');
redis.defineCommand('allow', limiter);
const answers = [];
for (let at = 0; at < 5; at++) answers.push(await redis.allow('user:1', 1_000, 3, 5_000 + at));
console.log('by ioredis:', answers.join(' '));
console.log('calls kept:', await redis.zcard('user:1'));
redis.disconnect();
await server.close();

// Prints:
//   in this process: 3 2 1 0 0 3
//   by ioredis: 3 2 1 0 0
//   calls kept: 3
