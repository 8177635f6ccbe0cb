// The module that `cargo xtask wasm` has built for Node, as a program meets it.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const target = process.env.CARGO_TARGET_DIR ?? path.resolve(import.meta.dirname, '../../../target');
const { Lua, Redis } = require(process.env.REDMOON_WASM ?? path.join(target, 'wasm/nodejs/redmoon.js'));

const text = (bytes) => new TextDecoder().decode(bytes);

test('a Lua program prints', () => {
  const lua = new Lua();
  assert.equal(text(lua.run('print("hello", 1/3)')), 'hello\t0.33333333333333\n');
  assert.equal(text(lua.run(new TextEncoder().encode('x = 1 print(x)'))), '1\n');
  assert.equal(text(lua.run('print(x, io, os)')), '1\tnil\tnil\n');
  lua.free();
});

test('an error of a Lua program is an Error with what was printed', () => {
  const lua = new Lua();
  assert.throws(() => lua.run('print("so far")\nerror("boom")'), (error) => {
    assert.equal(error.name, 'RedmoonError');
    assert.equal(error.message, 'script:2: boom');
    assert.equal(error.kind, 'script');
    assert.equal(text(error.output), 'so far\n');
    return true;
  });
  assert.throws(() => lua.run('x ='), /script:1: unexpected symbol near '<eof>'/);
  assert.equal(text(lua.run('print(1)')), '1\n');
});

test('limits end a program, and the machine lives on', () => {
  const lua = new Lua({ fuel: 1_000_000, memory: 4 << 20 });
  assert.throws(() => lua.run('while true do pcall(error) end'), { kind: 'fuel' });
  assert.throws(() => lua.run('local s = "x" while true do s = s .. s end'), /not enough memory/);
  assert.equal(text(lua.run('print(1 + 1)')), '2\n');
});

test('a script runs on the keyspace', () => {
  const db = new Redis({ seed: 1, now: 1_700_000_000_000 });
  const hits = "local n = redis.call('INCRBY', KEYS[1], ARGV[1]); return {n, cjson.encode({hits=n})}";
  assert.deepEqual(db.eval(hits, ['hits'], [5]), [5, '{"hits":5}']);
  assert.equal(db.call(['GET', 'hits']), '5');
  assert.deepEqual(db.call(['GET', 'hits'], { bytes: true }), new Uint8Array([0x35]));
  assert.deepEqual(db.call(['TIME']), ['1700000000', '0']);
});

test('replies are JavaScript values', () => {
  const db = new Redis({ resp: 3 });
  assert.equal(db.eval('return nil'), null);
  assert.equal(db.eval('return 2^62'), 4611686018427387904n);
  assert.deepEqual(db.eval('return {1, {2, {}}}'), [1, [2, []]]);
  assert.deepEqual(db.eval('return {map={a=1}}'), new Map([['a', 1]]));
  assert.deepEqual(db.eval('return {set={a=true}}'), new Set(['a']));
  assert.equal(db.eval('return {double=1.5}'), 1.5);
  assert.equal(db.eval('redis.setresp(3) return true'), true);
  const [inner] = db.eval("return {{err='NOPE inner'}}");
  assert.ok(inner instanceof Error && inner.code === 'NOPE');
});

test('errors carry the text of the wire', () => {
  const db = new Redis();
  assert.throws(() => db.eval('return nosuch'), (error) => {
    assert.match(error.message, /^ERR user_script:1: Script attempted to access nonexistent global variable 'nosuch' script: [0-9a-f]{40}, on @user_script:1\.$/);
    assert.deepEqual([error.kind, error.code, error.line], ['script', 'ERR', 1]);
    return true;
  });
  assert.throws(() => db.eval("return redis.error_reply('NOPE not now')"), { code: 'NOPE' });
  assert.throws(() => db.call(['GET']), { message: "ERR wrong number of arguments for 'get' command" });
  assert.throws(() => db.eval(5, 6), TypeError);
  assert.throws(() => new Redis({ seed: -1 }), TypeError);
});

test('a host answers later, from inside a comparator', async () => {
  const db = new Redis();
  db.start(
    `local t = {1, 2, 3}
     table.sort(t, function(a, b) return redis.call('less', a, b) == 'yes' end)
     return {t, redis.call('get', 'k'), (redis.pcall('fail')).err}`,
  );
  const seen = [];
  for (;;) {
    const step = db.resume(1000);
    if (step.state === 'done') {
      assert.deepEqual(step.value, [[3, 2, 1], 'v', 'ERR later']);
      break;
    }
    if (step.state === 'fuel') continue;
    const [name, ...args] = step.argv;
    seen.push(name);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (name === 'less') db.answer(Number(args[0]) > Number(args[1]) ? 'yes' : 'no');
    else if (name === 'get') db.answer('v');
    else db.answer(new Error('ERR later'));
  }
  assert.ok(seen.length >= 4, String(seen));
});

test('a hostile script does no harm', () => {
  const db = new Redis({ fuel: 200_000, memory: 8 << 20 });
  assert.throws(() => db.eval('while true do end'), { kind: 'fuel' });
  assert.throws(() => db.eval('local t = {} t[1] = t return cjson.encode(t)'), /excessive nesting/);
  const nested = db.eval('local t = {} for i = 1, 7000 do t = {t} end return t');
  assert.equal(nested.length, 1);
  assert.equal(db.eval('return 1 + 1'), 2);
});
