// The specs in Node.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import * as redmoon from '../dist/esm/node.js';
import { equal, rejects, throws } from './specs/assert.mjs';
import { runSpec, specs } from './specs/index.mjs';

const file = new URL('../dist/redmoon.wasm', import.meta.url);
const wasmBytes = readFileSync(file);
const module = new WebAssembly.Module(wasmBytes);

for (const spec of specs) {
  test(spec.name, { timeout: 120_000 }, () => runSpec(spec, { ...redmoon, wasmBytes, wasmUrl: file.href }, module));
}

test('loading: in Node the module is known, as a file and by its path', async () => {
  const { Redmoon } = redmoon;
  for (const options of [{}, { wasm: file.pathname }, { wasm: file }, { wasm: file.href }]) {
    using(await Redmoon.create(options));
  }
  using(Redmoon.createSync());
  await rejects(Redmoon.create({ wasm: '/nowhere/redmoon.wasm' }), { code: 'ENOENT' });
  function using(rm) {
    equal(rm.evalSync('return 1'), 1);
    rm.dispose();
  }
});

test('loading: without a platform where the module is has to be said', async () => {
  // A copy of the package of its own, of which only the part for browsers is used.
  const { Redmoon } = createRequire(import.meta.url)('../dist/cjs/index.js');
  await rejects(Redmoon.create(), /where redmoon\.wasm is has to be said here: Redmoon\.create\(\{ wasm \}\)/);
  throws(() => Redmoon.createSync(), /where redmoon\.wasm is has to be said here/);
});
