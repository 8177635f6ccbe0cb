// The package in workerd, where modules are imported, never compiled.

// @ts-expect-error: the runtime makes a WebAssembly.Module of it
import wasm from '../redmoon.wasm';
import { setPlatform } from './module.js';

const module = wasm as WebAssembly.Module;

setPlatform({ packaged: () => Promise.resolve(module), packagedSync: () => module });

export * from './index.js';
