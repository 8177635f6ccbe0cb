// The package in Node, Deno and Bun: the module is a file beside this one.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { here } from './here.js';
import { setPlatform } from './module.js';

const file = new URL('../redmoon.wasm', here);

setPlatform({
  packaged: async () => WebAssembly.compile(await readFile(file)),
  packagedSync: () => new WebAssembly.Module(readFileSync(file)),
  readFile: (path) => readFile(path),
});

export * from './index.js';
