// The package in workerd, where modules are imported, never compiled.

// @ts-ignore: the runtime makes a WebAssembly.Module of it; there are no types before the package is built
import wasm from '../redmoon.wasm';
import { setPlatform } from './module.js';

const module = wasm as WebAssembly.Module;

setPlatform({ packaged: () => Promise.resolve(module), packagedSync: () => module });

export * from './index.js';
