// ioredis: pipelines, transactions, scripts, pub/sub, waiting pops.

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Redis } from "ioredis";
import { start, until } from "./server.mjs";

let server;
let redis;
const clients = [];

function connect(options = {}) {
  const client = new Redis({ port: server.port, host: "127.0.0.1", ...options });
  clients.push(client);
  return client;
}

before(async () => {
  server = await start();
  redis = connect();
});
beforeEach(() => redis.flushall());
after(async () => {
  clients.forEach((client) => client.disconnect());
  await server.stop();
});

test("values of every type", async () => {
  assert.equal(await redis.set("s", "1", "EX", 100), "OK");
  assert.equal(await redis.incrby("s", 41), 42);
  assert.equal(await redis.ttl("s"), 100);
  assert.equal(await redis.hset("h", { a: 1, b: 2 }), 2);
  assert.deepEqual(await redis.hgetall("h"), { a: "1", b: "2" });
  await redis.zadd("z", 1, "one", 2, "two");
  assert.deepEqual(await redis.zrange("z", 0, -1, "WITHSCORES"), ["one", "1", "two", "2"]);
  const bytes = Buffer.from([0, 255, 13, 10, 0]);
  await redis.set("bytes", bytes);
  assert.deepEqual(await redis.getBuffer("bytes"), bytes);
  await assert.rejects(redis.lpush("s", "x"), /WRONGTYPE/);
});

test("a pipeline of thousands of commands keeps their order", async () => {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 5000; i++) pipeline.incr("n");
  const replies = await pipeline.exec();
  assert.deepEqual(replies.map(([, n]) => n), Array.from({ length: 5000 }, (_, i) => i + 1));
});

test("a value of many megabytes goes in and out", async () => {
  const big = "x".repeat(9_000_001);
  await redis.set("big", big);
  assert.equal((await redis.get("big")).length, big.length);
  assert.equal(await redis.strlen("big"), big.length);
});

test("MULTI, EXEC and a failing command in between", async () => {
  const replies = await redis.multi().set("a", "x").lpush("a", 1).get("a").exec();
  assert.equal(replies[0][1], "OK");
  assert.match(replies[1][0].message, /WRONGTYPE/);
  assert.equal(replies[2][1], "x");
  await assert.rejects(redis.multi().set("a").exec(), /EXECABORT/);
});

test("WATCH notices what another client has changed", async () => {
  const other = connect();
  await redis.watch("w");
  await other.set("w", 1);
  assert.equal(await redis.multi().set("w", 2).exec(), null);
  assert.equal(await redis.get("w"), "1");
});

test("scripts by digest, sent again when the server does not know them", async () => {
  redis.defineCommand("take", {
    numberOfKeys: 1,
    lua: `local n = tonumber(redis.call('GET', KEYS[1]) or '0')
      if n < tonumber(ARGV[1]) then return redis.error_reply('SOLDOUT none left') end
      return redis.call('DECRBY', KEYS[1], ARGV[1])`,
  });
  await redis.set("stock", 3);
  assert.equal(await redis.take("stock", 2), 1);
  await redis.script("FLUSH");
  assert.equal(await redis.take("stock", 1), 0);
  await assert.rejects(redis.take("stock", 1), /SOLDOUT none left/);
  await assert.rejects(redis.eval("return redis.call('NOSUCH')", 0), /Unknown Redis command called from script script: [0-9a-f]{40}, on @user_script:1\./);
});

test("channels, patterns, and a script that publishes", async () => {
  const listener = connect();
  const heard = [];
  listener.on("message", (channel, message) => heard.push([channel, message]));
  listener.on("pmessage", (pattern, channel, message) => heard.push([pattern, channel, message]));
  assert.equal(await listener.subscribe("news", "sport"), 2);
  await listener.psubscribe("n*");
  assert.equal(await redis.publish("news", "1"), 2);
  await redis.eval("return redis.call('PUBLISH', 'sport', ARGV[1])", 0, "2");
  await redis.multi().publish("nothing", "3").exec();
  await until(() => heard.length === 4);
  assert.deepEqual(heard, [["news", "1"], ["n*", "news", "1"], ["sport", "2"], ["n*", "nothing", "3"]]);
  assert.deepEqual((await redis.pubsub("CHANNELS")).sort(), ["news", "sport"]);
  assert.deepEqual(await redis.pubsub("NUMSUB", "news", "none"), ["news", 1, "none", 0]);
  assert.equal(await redis.pubsub("NUMPAT"), 1);
  await listener.unsubscribe("news", "sport");
  await listener.punsubscribe("n*");
  assert.equal(await listener.get("x"), null);
});

test("who waits longest is served first", async () => {
  const [first, second] = [connect(), connect()];
  const replies = [first.blpop("other", "jobs", 10)];
  await until(async () => /cmd=blpop/.test(await redis.client("LIST")));
  replies.push(second.blpop("other", "jobs", 10));
  await until(async () => (await redis.client("LIST")).match(/flags=b/g)?.length === 2);
  await redis.rpush("jobs", "a", "b", "c");
  assert.deepEqual(await Promise.all(replies), [["jobs", "a"], ["jobs", "b"]]);
  assert.deepEqual(await redis.lrange("jobs", 0, -1), ["c"]);
});

test("waiting ends with time, too", async () => {
  const client = connect();
  const begin = Date.now();
  assert.equal(await client.blpop("never", 0.2), null);
  assert.equal(await client.bzpopmin("never", 0.05), null);
  assert.equal(await client.xread("BLOCK", 50, "STREAMS", "never", "$"), null);
  assert.ok(Date.now() - begin >= 290);
});

test("waiting for a sorted set, a move, a stream, a group", async () => {
  const clients = [connect(), connect(), connect(), connect()];
  const replies = [
    clients[0].bzpopmin("z", 10),
    clients[1].blmove("from", "to", "LEFT", "RIGHT", 10),
    clients[2].xread("BLOCK", 0, "STREAMS", "s", "$"),
  ];
  await redis.xgroup("CREATE", "g", "group", "$", "MKSTREAM");
  replies.push(clients[3].xreadgroup("GROUP", "group", "me", "BLOCK", 0, "STREAMS", "g", ">"));
  await until(async () => (await redis.client("LIST")).match(/flags=b/g)?.length === 4);
  await redis.eval("redis.call('ZADD', 'z', 3, 'm') redis.call('RPUSH', 'from', 'e')", 0);
  await redis.xadd("s", "1-1", "f", "v");
  await redis.xadd("g", "2-2", "f", "w");
  assert.deepEqual(await Promise.all(replies), [
    ["z", "m", "3"],
    "e",
    [["s", [["1-1", ["f", "v"]]]]],
    [["g", [["2-2", ["f", "w"]]]]],
  ]);
  assert.deepEqual(await redis.lrange("to", 0, -1), ["e"]);
});

test("a client that waits can be sent on, or away", async () => {
  const client = connect({ retryStrategy: null });
  client.on("error", () => {});
  const id = await client.client("ID");
  let wait = client.blpop("never", 0);
  await until(async () => (await redis.client("UNBLOCK", id)) === 1);
  assert.equal(await wait, null);
  wait = assert.rejects(client.blpop("never", 0), /UNBLOCKED/);
  await until(async () => (await redis.client("UNBLOCK", id, "ERROR")) === 1);
  await wait;
  wait = assert.rejects(client.blpop("never", 0));
  assert.equal(await redis.client("KILL", "ID", id), 1);
  await wait;
});

test("SCAN, SORT-free iteration of many keys", async () => {
  await redis.mset(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k:${i}`, i])));
  const found = new Set();
  for await (const keys of redis.scanStream({ match: "k:*", count: 100 })) keys.forEach((key) => found.add(key));
  assert.equal(found.size, 1000);
});

test("other databases", async () => {
  const other = connect({ db: 3 });
  await other.set("k", "in 3");
  assert.equal(await redis.get("k"), null);
  await redis.swapdb(0, 3);
  assert.equal(await redis.get("k"), "in 3");
});

test("MONITOR shows what others do", async () => {
  const monitor = await connect().monitor();
  clients.push(monitor);
  const seen = [];
  monitor.on("monitor", (time, argv, source, database) => seen.push([argv, database]));
  await redis.set("a", "b c");
  await until(() => seen.length > 0);
  assert.deepEqual(seen[0], [["set", "a", "b c"], "0"]);
});
