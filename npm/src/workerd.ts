// The package in workerd, where modules are imported, never compiled.

// @ts-ignore: the runtime makes a WebAssembly.Module of it; there are no types before the package is built
import wasm from '../redmoon.wasm';
import { setPlatform } from './module.js';

const module = wasm as WebAssembly.Module;

const packagedSync = (tools: boolean) => {
  if (!tools) return module;
  throw new TypeError("import the module with tools: import wasm from 'redmoon/redmoon-tools.wasm', then Redmoon.create({ wasm })");
};

setPlatform({ packaged: async (tools) => packagedSync(tools), packagedSync });

export * from './index.js';
