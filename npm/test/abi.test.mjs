// A host that knows nothing but docs/abi.md: the module without the package.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const bytes = readFileSync(new URL('../dist/redmoon.wasm', import.meta.url));
const page = readFileSync(new URL('../../docs/abi.md', import.meta.url), 'utf8');
const module = new WebAssembly.Module(bytes);
const NOW = 1_700_000_000_000;

const u32 = (number) => Buffer.from(Uint32Array.of(number).buffer);
const integer = (number) => Buffer.concat([Buffer.of(2), Buffer.from(BigInt64Array.of(BigInt(number)).buffer)]);
const string = (text) => Buffer.concat([Buffer.of(4), u32(Buffer.byteLength(text)), Buffer.from(text)]);
const array = (...values) => Buffer.concat([Buffer.of(5), u32(values.length), ...values]);
const NIL = Buffer.of(0);

/** An instance with its buffer. */
function instance() {
  const { exports } = new WebAssembly.Instance(module, { './redmoon_bg.js': { __wbindgen_init_externref_table() {} } });
  exports.__wbindgen_start();
  const write = (...values) => {
    const request = Buffer.concat(values);
    assert.equal(exports.reserve(request.length), 1);
    const at = exports.buffer();
    new Uint8Array(exports.memory.buffer).set(request, at);
    return request.length;
  };
  const read = (size) => {
    const at = exports.buffer();
    return Buffer.from(new Uint8Array(exports.memory.buffer, at, size));
  };
  const options = array(integer(1), integer(1), integer(2), integer(3), integer(4), integer(64 << 20), NIL, integer(2), integer(0), integer(0));
  assert.deepEqual(read(exports.create(write(options))), NIL);
  return { exports, write, read };
}

const request = (kind, script, flags, keys, args, fuel = 0) => [
  integer(kind),
  string(script),
  string('=lua'),
  integer(flags),
  integer(fuel),
  array(...keys.map(string)),
  array(...args.map(string)),
];

test('the module imports one function and exports what the page lists', () => {
  assert.deepEqual(WebAssembly.Module.imports(module), [
    { module: './redmoon_bg.js', name: '__wbindgen_init_externref_table', kind: 'function' },
  ]);
  const { exports } = instance();
  assert.equal(exports.version(), 1);
  // All of them: the module without tools lacks those of "Debugging".
  const tools = new WebAssembly.Module(readFileSync(new URL('../dist/redmoon-tools.wasm', import.meta.url)));
  const names = WebAssembly.Module.exports(tools).map(({ name }) => name);
  for (const { name } of WebAssembly.Module.exports(module)) assert.ok(names.includes(name), name);
  const exported = WebAssembly.Module.exports(tools)
    .filter(({ kind, name }) => kind === 'function' && !name.startsWith('__'))
    .map(({ name }) => name);
  const listed = [...page.matchAll(/`([a-z_]+)\([^`]*\)`/g)].map(([, name]) => name);
  for (const name of exported) assert.ok(listed.includes(name), `${name} is not on the page`);
  for (const name of new Set(listed.filter((name) => name in exports || page.includes(`| \`${name}(`)))) {
    assert.ok(exported.includes(name), `${name} is on the page, but not in the module`);
  }
});

test('a script runs to its end, in slices, and on a command of the host', () => {
  const { exports, write, read } = instance();
  let told = read(exports.start(write(...request(0, 'return KEYS[1] .. ARGV[1]', 0, ['k'], ['v'])), 1e6, NOW));
  assert.equal(told[0], 0);
  assert.deepEqual(told.subarray(8), string('kv'));
  // In slices.
  told = read(exports.start(write(...request(0, 'for i = 1, 10000 do end return 7', 0, [], [])), 100, NOW));
  assert.equal(told[0], 2);
  let slices = 1;
  while (told[0] === 2) {
    told = read(exports.resume(told.readUInt32LE(4), 1000, NOW));
    slices++;
  }
  assert.ok(slices > 5);
  assert.deepEqual(told.subarray(8), integer(7));
  // The host answers.
  told = read(exports.start(write(...request(0, "return {redis.pcall('get', KEYS[1]), redis.call('x')}", 2, ['k'], [])), 1e6, NOW));
  assert.equal(told[0], 3);
  assert.deepEqual(told.subarray(8), array(array(string('get'), string('k')), integer(0), integer(2)));
  const run = told.readUInt32LE(4);
  told = read(exports.answer(run, write(string('from the host')), 1e6, NOW));
  assert.equal(told[0], 3);
  told = read(exports.answer(run, write(integer(5)), 1e6, NOW));
  assert.deepEqual(told.subarray(8), array(string('from the host'), integer(5)));
  assert.ok(exports.fuel_used() > 0);
});

test('failures, output, commands and connections are as the page says', () => {
  const { exports, write, read } = instance();
  let told = read(exports.start(write(...request(3, "print('hi') error('no')", 0, [], [])), 1e6, NOW));
  assert.equal(told[0], 1);
  assert.equal(told[1] & 1, 1);
  const failure = told.subarray(8);
  assert.ok(failure.includes(string('script')) && failure.includes(string('lua:1: no')));
  assert.deepEqual(read(exports.output()), array(array(integer(-1), string('hi\n'))));
  assert.deepEqual(read(exports.command(write(array(string('SET'), string('a'), string('b'))), NOW)), Buffer.concat([Buffer.of(8), u32(2), Buffer.from('OK')]));
  const connection = exports.connect(write(string('host:1'), string('here:2')), NOW);
  exports.receive(connection, write(Buffer.from('GET a\r\nBLPOP l 1\r\n')), NOW);
  assert.deepEqual(read(exports.changed()), array(integer(connection)));
  assert.equal(read(exports.outgoing(connection)).toString(), '$1\r\nb\r\n');
  assert.equal(exports.next_ms(), NOW + 1000);
  exports.advance(NOW + 1001);
  assert.equal(read(exports.outgoing(connection)).toString(), '*-1\r\n');
  assert.equal(exports.is_closed(connection), 0);
  exports.disconnect(connection);
  assert.equal(exports.is_closed(connection), 1);
});

test('what is no request is refused and harms nothing', () => {
  const { exports, write, read } = instance();
  const good = Buffer.concat(request(0, 'return 1', 0, ['k'], ['v']));
  for (let size = 0; size < good.length; size++) {
    const told = read(exports.start(write(good.subarray(0, size)), 1e6, NOW));
    assert.equal(told[0], 1, `${size} bytes`);
  }
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at] ^= 0xff;
    read(exports.start(write(bad), 1e6, NOW));
    read(exports.command(write(bad), NOW));
    exports.cancel(at);
  }
  assert.equal(read(exports.resume(99, 10, NOW))[0], 1);
  assert.equal(read(exports.answer(99, write(NIL), 10, NOW))[0], 1);
  // An array that announces more than there is, and one nested too deeply.
  const told = read(exports.start(write(...request(0, "return redis.call('x')", 2, [], [])), 1e6, NOW));
  const run = told.readUInt32LE(4);
  const deep = Buffer.concat([...Array(20_000).fill(Buffer.concat([Buffer.of(5), u32(1)])), NIL]);
  assert.equal(read(exports.answer(run, write(deep), 1e6, NOW))[0], 1);
  assert.equal(read(exports.answer(run, write(Buffer.of(5, 255, 255, 255, 255)), 1e6, NOW))[0], 1);
  const end = read(exports.answer(run, write(integer(3)), 1e6, NOW));
  assert.deepEqual(end.subarray(8), integer(3));
});

test('small calls allocate nothing for passing values, large ones give back', () => {
  const { exports, write, read } = instance();
  const big = 'x'.repeat(20 << 20);
  const told = read(exports.start(write(...request(0, 'return ARGV[1]', 0, [], [big])), 1e9, NOW));
  assert.equal(told.length, 8 + 5 + big.length);
  read(exports.start(write(...request(0, 'return 1', 0, [], [])), 1e6, NOW));
  read(exports.start(write(...request(0, 'return 1', 0, [], [])), 1e6, NOW));
  assert.ok(exports.buffer_size() <= 1 << 20);
  exports.collect();
  const before = exports.memory.buffer.byteLength;
  for (let count = 0; count < 20_000; count++) exports.start(write(...request(0, 'return KEYS[1]', 0, ['k'], ['v'])), 1e6, NOW);
  assert.equal(exports.memory.buffer.byteLength, before);
});
