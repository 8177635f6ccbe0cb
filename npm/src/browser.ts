// The package in browsers and their workers: where redmoon.wasm is, the page says.

export * from './index.js';
