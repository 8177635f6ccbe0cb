// The package in Node, Deno and Bun: the module is a file beside this one.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { here } from './here.js';
import { setPlatform } from './module.js';

const file = (tools: boolean) => new URL(tools ? '../redmoon-tools.wasm' : '../redmoon.wasm', here);

setPlatform({
  packaged: async (tools) => WebAssembly.compile(await readFile(file(tools))),
  packagedSync: (tools) => new WebAssembly.Module(readFileSync(file(tools))),
  readFile: (path) => readFile(path),
});

export * from './index.js';
