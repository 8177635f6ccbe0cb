// Snapshots: what is kept, what is not, and bytes that are anybody's.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redmoon, RedmoonError } from '../dist/esm/node.js';

test('keyspace, scripts, functions and the globals of programs go on', async () => {
  const rm = await Redmoon.create({ seed: 7 });
  rm.call('SET', 'k', 'v');
  rm.call('PEXPIREAT', 'k', '32503680000000');
  rm.call('XADD', 's', '1-1', 'f', 'v');
  rm.call('ZADD', 'z', '1.5', 'm');
  const sha1 = rm.scriptLoad('return KEYS[1]');
  rm.functionLoad("#!lua name=lib\nlocal n = 0\nredis.register_function('f', function() n = n + 1 return n end)");
  assert.equal(await rm.fcall('f'), 1);
  rm.luaSync(`
    counter = 10
    local shared = 0
    function up() shared = shared + 1 return shared end
    function get() return shared end
    gen = coroutine.wrap(function() for i = 1, 5 do coroutine.yield(i * i) end end)
    list = setmetatable({1, 2, x = 'y'}, {__index = function(_, k) return k .. '!' end})
    up() gen() gen()`);
  const bytes = rm.snapshot();
  const again = await Redmoon.restore(bytes);
  assert.deepEqual(again.snapshot(), bytes);
  for (const one of [rm, again]) {
    assert.equal(one.call('GET', 'k'), 'v');
    assert.equal(one.call('PEXPIRETIME', 'k'), 32503680000000);
    assert.deepEqual(one.call('XRANGE', 's', '-', '+'), [['1-1', ['f', 'v']]]);
    assert.equal(one.call('ZSCORE', 'z', 'm'), '1.5');
    assert.equal(await one.evalsha(sha1, { keys: ['q'] }), 'q');
    assert.equal(await one.fcall('f'), 2);
    assert.deepEqual(one.luaSync('counter = counter + 1 up() return counter, get(), gen(), list.z, #list').values, [11, 2, 9, 'z!', 2]);
  }
});

test('external tables are known by their names', async () => {
  const rm = Redmoon.createSync();
  rm.ext.table('t', new Map([['a', 1]]));
  rm.luaSync("t = ext.table('t')");
  rm.evalSync("return ext.table('t').a");
  const again = await Redmoon.restore(rm.snapshot());
  assert.throws(() => again.luaSync('return t.a'), /removed|t/);
  again.ext.table('t', new Map([['a', 2]]));
  assert.deepEqual(again.luaSync('return t.a').values, [2]);
  assert.equal(again.evalSync("return ext.table('t').a"), 2);
});

test('nothing in progress is saved', async () => {
  let release;
  const waiting = new Promise((resolve) => (release = resolve));
  const rm = await Redmoon.create({ host: () => waiting });
  const run = rm.eval("return redis.call('x')");
  assert.throws(() => rm.snapshot(), RedmoonError);
  release('done');
  assert.equal(await run, 'done');
  assert.ok(rm.snapshot().length > 0);
});

test('bytes that are no snapshot, or a damaged one, are refused', async () => {
  const rm = Redmoon.createSync({ seed: 1 });
  rm.call('RPUSH', 'l', 'a', 'b');
  rm.luaSync('t = {1, {2, f = function() return t end}}');
  const bytes = rm.snapshot();
  for (const size of [0, 1, 10, bytes.length - 1]) {
    await assert.rejects(Redmoon.restore(bytes.subarray(0, size)), RedmoonError);
  }
  for (let at = 0; at < bytes.length; at += 97) {
    const bad = bytes.slice();
    bad[at] ^= 1;
    await assert.rejects(Redmoon.restore(bad), RedmoonError, `byte ${at}`);
  }
  // A limit holds for what comes from a snapshot as well.
  await assert.rejects(Redmoon.restore(bytes, { limits: { memory: 1000 } }), RedmoonError);
});
