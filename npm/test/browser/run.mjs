// Runs the specs in a page or in a Web Worker; there it is the worker's own module.

import * as redmoon from '/dist/esm/browser.js';
import { runSpec, specs } from '/test/specs/index.mjs';

/** Runs them, and tells `report` of each: `{ name, error }`. */
export async function run(report) {
  const wasmUrl = new URL('/dist/redmoon.wasm', location.href).href;
  const wasmBytes = new Uint8Array(await (await fetch(wasmUrl)).arrayBuffer());
  const module = await WebAssembly.compile(wasmBytes);
  for (const spec of specs) {
    let error;
    try {
      await runSpec(spec, { ...redmoon, wasmBytes, wasmUrl }, module);
    } catch (thrown) {
      error = String(thrown?.stack ?? thrown);
    }
    report({ name: spec.name, error });
  }
}

if (typeof WorkerGlobalScope !== 'undefined' && globalThis instanceof WorkerGlobalScope) {
  run((result) => postMessage(result)).then(
    () => postMessage('done'),
    (error) => postMessage({ name: 'the worker', error: String(error?.stack ?? error) }),
  );
}
