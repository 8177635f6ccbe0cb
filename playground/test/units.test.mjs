// Parts of the page without the page.

import assert from 'node:assert/strict';
import test from 'node:test';
import { runnerImport } from 'vite';
import { Redmoon } from '../../npm/dist/esm/node.js';
import { root } from './page.mjs';

const { module } = await runnerImport(`${root}/test/parts.ts`, { configFile: false, root, logLevel: 'warn' });
const { args, reply, keyspace, share, work, text, examples } = module;

const SHAPE = { bytes: true, integers: 'bigint' };

// ---- arguments -----------------------------------------------------------------------------------

test('words are read as redis-cli reads them', () => {
  assert.deepEqual(args.splitArgs('  a  b:1 "two words" \'{"json": true}\' '), ['a', 'b:1', 'two words', '{"json": true}']);
  assert.deepEqual(args.splitArgs(String.raw`"a\n\t\"b\\" 'it\'s' "\x41"`), ['a\n\t"b\\', "it's", 'A']);
  assert.deepEqual(args.splitArgs(String.raw`"\x00\xff"`), [Uint8Array.of(0, 255)]);
  assert.deepEqual(args.splitArgs('"" é'), ['', 'é']);
  assert.deepEqual(args.splitArgs(''), []);
  for (const wrong of ['"open', "'open", '"a"b']) assert.throws(() => args.splitArgs(wrong), args.ArgumentError);
});

// ---- replies -------------------------------------------------------------------------------------

/** What redis-cli 7.0.15 has printed on a terminal. */
const PRINTED = [
  ['return 1', '(integer) 1'],
  ['return "a\\"b\\n\\0é"', String.raw`"a\"b\n\x00\xc3\xa9"`],
  ['return redis.status_reply("FINE")', 'FINE'],
  ['return nil', '(nil)'],
  ['return {}', '(empty array)'],
  ['return {1,{"a",{2,3}},false,{err="MYERR x"}}', '1) (integer) 1\n2) 1) "a"\n   2) 1) (integer) 2\n      2) (integer) 3\n3) (nil)\n4) (error) MYERR x'],
  ['local t = {} for i = 1, 10 do t[i] = {i} end return t', [...Array(9).keys()].map((i) => ` ${i + 1}) 1) (integer) ${i + 1}`).join('\n') + '\n10) 1) (integer) 10'],
];

test('replies look as in redis-cli', async () => {
  const redmoon = await Redmoon.create();
  for (const [script, printed] of PRINTED) assert.equal(reply.toCli(redmoon.evalSync(script, SHAPE)), printed, script);
  const resp3 = redmoon.evalSync('redis.setresp(3) return {{map={a=1.5}}, {double=0.1}, true, {set={x=true}}, {map={}}}', { ...SHAPE, resp: 3 });
  assert.equal(reply.toCli(resp3), '1) 1# "a" => (integer) 1\n2) (double) 0.10000000000000001\n3) (true)\n4) 1~ "x"\n5) (empty hash)');
  const doubles = [1.5, 3, -0, 1e-5, 123456.789, 1e17, 1.5e300, Infinity, NaN].map((value) => reply.toCli(value).slice(9));
  assert.deepEqual(doubles, ['1.5', '3', '-0', '1.0000000000000001e-05', '123456.789', '1e+17', '1.5000000000000001e+300', 'inf', 'nan']);
  redmoon.dispose();
});

test('replies as JSON keep all digits and all bytes', async () => {
  const redmoon = await Redmoon.create();
  redmoon.call('SET', 'big', '9007199254740993');
  const value = redmoon.evalSync('return {redis.call("INCR", "big"), "\\255", "é", false, {}}', SHAPE);
  assert.equal(reply.toJson(value), '[\n  9007199254740994,\n  {"base64": "/w=="},\n  "é",\n  null,\n  []\n]');
  assert.equal(reply.toLua([{ a: [1, 'x'], 'b c': null }, true]), '{\n  a = {\n    1,\n    "x"\n  },\n  ["b c"] = nil\n}\ntrue');
  redmoon.dispose();
});

test('replies that are deep or large are cut', () => {
  let deep = 1n;
  for (let at = 0; at < 50_000; at++) deep = [deep];
  assert.ok(reply.toCli(deep).length < 10_000);
  assert.ok(reply.toJson(deep).length < 100_000);
  const large = Array.from({ length: 100_000 }, () => new Uint8Array(100));
  assert.ok(reply.toCli(large).length < 400_000);
});

// ---- the keyspace --------------------------------------------------------------------------------

const FILL = [
  ['SET', 's', 'text'],
  ['SET', 'bin', Uint8Array.of(0, 255)],
  ['RPUSH', 'l', 'a', 'b', 'c'],
  ['SADD', 'set', 'x', 'y'],
  ['ZADD', 'z', '1.5', 'one', '-inf', 'none'],
  ['HSET', 'h', 'f', 'v', 'g', 'w'],
  ['XADD', 'x', '1-1', 'f', 'v', 'g', 'w'],
];

async function filled() {
  const redmoon = await Redmoon.create();
  for (const command of FILL) redmoon.call(command);
  return redmoon;
}

test('a keyspace is read, and written back the same', async () => {
  const one = await filled();
  one.call('PEXPIREAT', 's', 4_000_000_000_000);
  const dump = keyspace.dump(one);
  assert.equal(dump.keys, 7);
  const other = await Redmoon.create();
  for (const command of keyspace.commandsFor(dump.entries)) other.call(command);
  assert.deepEqual(keyspace.dump(other), dump);
  assert.deepEqual(keyspace.diff(dump, keyspace.dump(other)), []);
});

test('what a run has changed is found', async () => {
  const redmoon = await filled();
  const before = keyspace.dump(redmoon);
  for (const command of [['DEL', 's'], ['SET', 'new', '1'], ['LPUSH', 'l', 'first'], ['LREM', 'l', '1', 'c'], ['SREM', 'set', 'x'], ['ZADD', 'z', '2', 'one'], ['HSET', 'h', 'f', 'V', 'n', '1'], ['EXPIRE', 'x', '100']]) {
    redmoon.call(command);
  }
  const changes = keyspace.diff(before, keyspace.dump(redmoon));
  const found = changes.map(({ kind, key, rows }) => `${kind} ${key}: ${rows.map((row) => `${row.kind} ${row.label} ${row.before ?? ''}>${row.after ?? ''}`).join(', ')}`);
  assert.deepEqual(found, [
    'changed h: changed f v>V, added n >1',
    'changed l: removed 0 a>, removed 1 b>, removed 2 c>, added 0 >first, added 1 >a, added 2 >b',
    'added new: ',
    'removed s: ',
    'changed set: removed x >',
    'changed x: ',
    'changed z: changed one 1.5>2',
  ]);
});

test('large keyspaces and values are read in part', async () => {
  const redmoon = await Redmoon.create();
  for (let at = 0; at < 1_500; at++) redmoon.call('SET', `k${at}`, at);
  redmoon.call('SET', 'a', 'x'.repeat(1 << 20));
  redmoon.call(['RPUSH', 'b', ...Array(5_000).fill('item')]);
  redmoon.call(['SADD', 'c', ...Array.from({ length: 5_000 }, (_, at) => at)]);
  const { keys, entries } = keyspace.dump(redmoon);
  assert.equal(keys, 1_503);
  assert.ok(entries.length <= keyspace.LIMITS.keys);
  for (const entry of entries) assert.ok(entry.rows.length <= keyspace.LIMITS.rows && entry.rows.every(({ value }) => value.length <= keyspace.LIMITS.stringBytes));
});

// ---- links ---------------------------------------------------------------------------------------

const NOW = 1_700_000_000_000;

async function someWork() {
  const redmoon = await filled();
  redmoon.call('PEXPIREAT', 's', 4_000_000_000_000);
  const { entries } = keyspace.dump(redmoon);
  return {
    ...work.emptyWork(), mode: 'library', source: '#!lua name=x\n-- é 🌙\n', keys: 'a "b c"', args: '1', fn: 'f', resp: 3,
    limits: { fuel: 0, memoryMb: 16, timeMs: 1_000 }, breakpoints: [2, 5], entries,
  };
}

test('a link holds all there is', async () => {
  const given = await someWork();
  const fragment = await share.encode(given, NOW);
  assert.match(fragment, /^#v1=[\w-]+$/);
  const got = await share.decode(fragment, NOW);
  const plain = ({ entries, ...rest }) => ({ ...rest, entries: entries.map(({ key, type, rows, expiresAt }) => ({ key, type, rows, expiresAt })) });
  assert.deepEqual(plain(got), plain(given));
  // A key's time goes on from the moment when the link is opened.
  const later = await share.decode(fragment, NOW + 5_000);
  assert.equal(later.entries.find(({ key }) => key === 's').expiresAt, 4_000_000_005_000);
  const script = await share.encode({ ...work.emptyWork(), source: 'local x = 1\n'.repeat(500) }, NOW);
  assert.ok(script.length < 200, String(script.length));
});

test('what is no link of ours is refused', async () => {
  const fragment = await share.encode(await someWork(), NOW);
  for (const wrong of ['', '#v1=', '#v1=%%%', '#v2=abc', '#v1=abc', fragment.slice(0, -9), `${fragment.slice(0, 40)}A${fragment.slice(41)}`, `#v1=${'A'.repeat(600_000)}`]) {
    await assert.rejects(share.decode(wrong), work.MalformedWork, wrong.slice(0, 60));
  }
  const packed = (change) => {
    const all = { v: 1, m: 'script', s: 'return 1', ...change };
    return () => work.unpack(all, NOW);
  };
  for (const change of [
    { v: 2 }, { m: 'shell' }, { m: '__proto__' }, { s: 1 }, { s: 'x'.repeat(2_000_000) }, { k: [] }, { a: {} }, { f: 'x'.repeat(300) }, { l: [1, 2] },
    { l: [12, 64, 100] }, { l: [1e8, 1e9, 5000] }, { b: [0] }, { b: [1.5] }, { b: Array(1000).fill(1) }, { d: {} }, { d: [[]] }, { d: [[9, 'k', -1, ['', 'v']]] },
    { d: [[0, 'k', 0, ['', 'v']]] }, { d: [[0, 'k', -1, []]] }, { d: [[0, 'k', -1, ['', 'v', '', 'w']]] }, { d: [[0, 5, -1, ['', 'v']]] }, { d: [[0, { b: '%%' }, -1, ['', 'v']]] },
    { d: [[5, 'k', -1, ['1-1', 'v']]] }, { d: [[5, 'k', -1, ['1-1', ['f']]]] }, { d: [[4, 'k', 1e99, ['f', 'v']]] }, { d: Array(2_000).fill([0, 'k', -1, ['', 'v']]) },
  ]) {
    assert.throws(packed(change), work.MalformedWork, JSON.stringify(change).slice(0, 80));
  }
  for (const wrong of [null, [], 'x', 1]) assert.throws(() => work.unpack(wrong, NOW), work.MalformedWork);
});

test('a link that inflates to much more is refused', async () => {
  const bomb = await share.encode({ ...work.emptyWork(), source: 'x'.repeat(50 << 20) }, NOW);
  assert.ok(bomb.length < 200_000);
  await assert.rejects(share.decode(bomb), /holds too much/);
});

// ---- texts ---------------------------------------------------------------------------------------

test('texts show what cannot be seen', () => {
  assert.equal(text.readable('é\u0000\u202e'), 'é\\x00\\u202e');
  assert.equal(text.readable(Uint8Array.of(65, 255)), 'A\\xff');
  assert.equal(text.quoted('é"'), '"\\xc3\\xa9\\""');
  assert.notEqual(text.idOf('b/w=='), text.idOf(Uint8Array.of(255)));
});

// ---- examples ------------------------------------------------------------------------------------

test('every example runs, and ends as it says', async () => {
  assert.ok(examples.EXAMPLES.length >= 12);
  const ends = { errors: /WRONGTYPE|not an integer/, runaway: /fuel/ };
  for (const { id, mode, source, keys = '', args: argv = '', fn, setup = '', limits } of examples.EXAMPLES) {
    const redmoon = await Redmoon.create({ seed: 1 });
    for (const line of setup.split('\n').filter(Boolean)) redmoon.call(args.splitArgs(line));
    const options = { keys: args.splitArgs(keys), args: args.splitArgs(argv), limits: { fuel: limits?.fuel ?? work.DEFAULT_LIMITS.fuel } };
    const go = async () => {
      if (mode === 'lua') return (await redmoon.lua(source)).values;
      if (mode === 'script') return redmoon.eval(source, options);
      redmoon.functionLoad(source);
      return redmoon.fcall(fn, options);
    };
    if (ends[id]) await assert.rejects(go(), ends[id], id);
    else assert.notEqual(await go(), null, id);
    redmoon.dispose();
  }
});
