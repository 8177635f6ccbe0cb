// node-redis, in RESP2 and in RESP3.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createClient, defineScript } from "redis";
import { start, until } from "./server.mjs";

let server;
before(async () => {
  server = await start(["--requirepass", "secret"]);
});
after(() => server.stop());

for (const RESP of [2, 3]) {
  describe(`RESP${RESP}`, () => {
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
      const url = `redis://default:secret@127.0.0.1:${server.port}`;
      client = await createClient({ url, RESP, scripts, name: "tester" }).connect();
      await client.flushAll();
    });
    after(() => client?.close());

    test("strings, hashes, sorted sets", async () => {
      assert.equal(await client.set("key", "value", { expiration: { type: "EX", value: 10 } }), "OK");
      assert.equal(await client.get("key"), "value");
      await client.hSet("hash", { a: "1", b: "2" });
      assert.deepEqual({ ...(await client.hGetAll("hash")) }, { a: "1", b: "2" });
      await client.zAdd("zset", [{ score: 1.5, value: "x" }, { score: 2, value: "y" }]);
      assert.deepEqual(await client.zRangeWithScores("zset", 0, -1), [
        { value: "x", score: 1.5 },
        { value: "y", score: 2 },
      ]);
      assert.equal(await client.clientGetName(), "tester");
    });

    test("scripts and functions", async () => {
      assert.equal(await client.add("n", 5), 5);
      assert.equal(await client.eval("return #KEYS + #ARGV", { keys: ["a"], arguments: ["b", "c"] }), 3);
      await client.sendCommand(["FUNCTION", "LOAD", "REPLACE",
        "#!lua name=lib\nredis.register_function('twice', function(keys, args) return args[1] * 2 end)"]);
      assert.equal(await client.fCall("twice", { keys: [], arguments: ["21"] }), 42);
      const reply = await client.eval("redis.setresp(3) return redis.call('HGETALL', KEYS[1])", { keys: ["hash"] });
      if (RESP === 3) assert.deepEqual({ ...reply }, { a: "1", b: "2" });
    });

    test("transactions", async () => {
      const replies = await client.multi().set("t", "1").incr("t").exec();
      assert.deepEqual(replies, ["OK", 2]);
      await client.watch("t");
      const other = await client.duplicate().connect();
      await other.set("t", "9");
      await assert.rejects(client.multi().incr("t").exec());
      other.destroy();
    });

    test("channels, also of shards, on a connection that goes on with commands in RESP3", async () => {
      const listener = await client.duplicate().connect();
      const heard = [];
      await listener.subscribe("a", (message, channel) => heard.push([channel, message]));
      await listener.pSubscribe("a*", (message, channel) => heard.push(["*", channel, message]));
      await listener.sSubscribe("shard", (message, channel) => heard.push(["s", channel, message]));
      assert.equal(await client.publish("a", "1"), 2);
      assert.equal(await client.sPublish("shard", "2"), 1);
      await until(() => heard.length === 3);
      assert.deepEqual(heard, [["a", "1"], ["*", "a", "1"], ["s", "shard", "2"]]);
      if (RESP === 3) assert.equal(await listener.get("key"), "value");
      await listener.unsubscribe();
      await listener.pUnsubscribe();
      await listener.sUnsubscribe();
      assert.equal(String(await listener.ping()), "PONG");
      listener.destroy();
    });

    test("waiting pops", async () => {
      const waiting = await client.duplicate().connect();
      const reply = waiting.blPop("jobs", 10);
      await until(async () => /flags=b/.test(await client.sendCommand(["CLIENT", "LIST"])));
      await client.rPush("jobs", "one");
      assert.deepEqual({ ...(await reply) }, { key: "jobs", element: "one" });
      assert.equal(await waiting.blPop("jobs", 0.05), null);
      waiting.destroy();
    });

    test("scanning", async () => {
      await client.mSet(Array.from({ length: 300 }, (_, i) => [`scan:${i}`, "x"]));
      const found = new Set();
      for await (const keys of client.scanIterator({ MATCH: "scan:*" })) keys.forEach((key) => found.add(key));
      assert.equal(found.size, 300);
    });
  });
}

test("nothing goes without the password", async () => {
  const client = createClient({ url: `redis://127.0.0.1:${server.port}`, socket: { reconnectStrategy: false } });
  client.on("error", () => {});
  await assert.rejects(async () => {
    await client.connect();
    await client.get("key");
  }, /NOAUTH/);
  if (client.isOpen) client.destroy();
});
