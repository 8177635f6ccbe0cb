// The figures of the npm package that docs/benchmarks.md gives: making instances, small calls, external tables, memory.
//
//     node package.mjs [--package npm/dist]
//
// Best of some rounds each, so that a busy machine shows less.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const { values: options } = parseArgs({
  options: { package: { type: 'string', default: path.join(import.meta.dirname, '../../npm/dist') } },
});
const folder = path.resolve(options.package);
const { Redmoon } = await import(pathToFileURL(path.join(folder, 'esm/node.js')));
const bytes = readFileSync(path.join(folder, 'redmoon.wasm'));
const module = await WebAssembly.compile(bytes);

/** The shortest time of `rounds`, in milliseconds for each of `count` things. */
function best(rounds, count, work) {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    work();
    least = Math.min(least, performance.now() - began);
  }
  return least / count;
}

const times = (count, call) => () => {
  for (let at = 0; at < count; at++) call(at);
};

const rows = [];
const row = (what, figure, promised = '') => rows.push(`| ${what} | ${figure} | ${promised} |`);
const us = (ms) => `${(ms * 1000).toFixed(2)} µs`;

for (const [name, promised] of [['redmoon.wasm', '1,200,000; 420,000'], ['redmoon-tools.wasm', '']]) {
  const file = path.join(folder, name);
  const wasm = readFileSync(file);
  const sizes = [statSync(file).size, gzipSync(wasm, { level: 9 }).length, brotliCompressSync(wasm).length];
  row(`\`${name}\`: bytes, gzip, brotli`, sizes.map((size) => size.toLocaleString('en')).join(', '), promised);
}
row('instance from a compiled module, the first', `${best(1, 1, () => Redmoon.createSync({ wasm: module }).dispose()).toFixed(2)} ms`, '20 ms');
row('instance from a compiled module, later', `${best(20, 1, () => Redmoon.createSync({ wasm: module }).dispose()).toFixed(2)} ms`, '20 ms');
const empty = Redmoon.createSync({ wasm: module });
row('WebAssembly memory of an empty instance', `${empty.memory().wasm.toLocaleString('en')} bytes`, '2,097,152');

const rm = Redmoon.createSync({ wasm: module, limits: { timeMs: Infinity } });
rm.call('SET', 'k', 'v');
const N = 20_000;
row("`evalSync('return 1')`", us(best(10, N, times(N, () => rm.evalSync('return 1')))), '15 µs');
const incr = "return redis.call('INCR', KEYS[1])";
row('`evalSync` of `INCR` with a key', us(best(10, N, times(N, () => rm.evalSync(incr, { keys: ['n'] })))), '15 µs');
row("`call('GET', 'k')`", us(best(10, N, times(N, () => rm.call('GET', 'k')))));
let asynchronous = Infinity;
for (let round = 0; round < 5; round++) {
  const began = performance.now();
  for (let at = 0; at < 5_000; at++) await rm.eval('return 1');
  asynchronous = Math.min(asynchronous, (performance.now() - began) / 5_000);
}
row("`await eval('return 1')`", us(asynchronous));
rm.ext.table('t', new Map());
const sets = "local t = ext.table('t') for i = 1, 10000 do t[i] = i end";
const gets = "local t, s = ext.table('t'), 0 for i = 1, 10000 do s = s + t[i] end";
row('10,000 writes to an external table', `${best(20, 1, () => rm.luaSync(sets)).toFixed(1)} ms`, '20 ms');
row('10,000 reads of an external table', `${best(20, 1, () => rm.luaSync(gets)).toFixed(1)} ms`, '20 ms');

console.log(`Node ${process.version}\n\n| what | figure | promised |\n| --- | ---: | ---: |\n${rows.join('\n')}`);
