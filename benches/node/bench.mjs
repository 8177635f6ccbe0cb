// Times the benchmark programs in one Node process: our module beside wasmoon-lua5.1, interleaved.
//
//     node bench.mjs --package FOLDER [--runs N] [--filter TEXT] [--only NAME,NAME...] [--others NAME,NAME]
//
// Others are fengari, one round of which takes a quarter of an hour, and lua-redis-wasm.
//
// Prints a report as JSON, of the shape that `cargo xtask bench --node` reads (xtask/src/report.rs).

import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { redmoon, wasmoon } from './engines.mjs';
import { fengari, luaRedisWasm } from './others.mjs';

const { values: options } = parseArgs({
  options: {
    package: { type: 'string' },
    runs: { type: 'string', default: '5' },
    filter: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    others: { type: 'string', default: '' },
  },
});
if (!options.package) {
  console.error('usage: node bench.mjs --package FOLDER [--runs N] [--filter TEXT] [--only NAME,NAME...] [--others NAME,NAME]');
  process.exit(2);
}

const folder = new URL('../programs/', import.meta.url);
const programs = readdirSync(folder)
  .filter((file) => file.endsWith('.lua') && file.slice(0, -4).includes(options.filter))
  .filter((file) => options.only === '' || options.only.split(',').includes(file.slice(0, -4)))
  .sort()
  .map((file) => ({ name: file.slice(0, -4), source: readFileSync(new URL(file, folder), 'latin1') }));
const asked = options.others.split(',');
const more = [];
if (asked.includes('fengari')) more.push(await fengari());
if (asked.includes('lua-redis-wasm')) more.push(await luaRedisWasm());
const engines = [await wasmoon(), ...more, await redmoon(options.package)];
const rows = programs.map(({ name }) => ({
  program: name,
  times: engines.map((engine) => ({ engine: engine.name, ms: [] })),
}));

// Milliseconds of one evaluation in a fresh VM, and what it printed.
function time(engine, source) {
  const vm = engine.fresh();
  try {
    const started = performance.now();
    vm.run(source);
    const ms = performance.now() - started;
    return { ms, output: vm.output() };
  } finally {
    vm.close();
  }
}

const runs = Number(options.runs);
for (let round = 1; round <= runs; round++) {
  programs.forEach(({ name, source }, at) => {
    const row = rows[at];
    if (row.problem) return;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kround ${round} of ${runs}: ${name}`);
    let expected;
    for (const [index, engine] of engines.entries()) {
      try {
        const { ms, output } = time(engine, source);
        expected ??= output;
        if (output !== expected) throw new Error(`output differs: ${JSON.stringify(output.slice(0, 60))}`);
        row.times[index].ms.push(ms);
      } catch (error) {
        row.problem = `${engine.name}: ${error.message.split('\n')[0]}`;
        return;
      }
    }
  });
}
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

const others = engines.slice(0, -1);
const ours = engines[engines.length - 1];
console.log(
  JSON.stringify({
    setting: [
      `best of ${runs} interleaved rounds, one evaluation in a fresh VM, Node ${process.version}`,
      ...engines.map((engine) => `${engine.name}: ${engine.version}`),
    ],
    ours: ours.name,
    others: others.map(({ name }) => name),
    rows,
  }),
);
