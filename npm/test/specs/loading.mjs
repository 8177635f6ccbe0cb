// Where the WebAssembly module comes from.

import { equal, ok, rejects, throws } from './assert.mjs';

async function works(Redmoon, wasm) {
  const rm = await Redmoon.create({ wasm });
  equal(await rm.eval('return 1'), 1);
  rm.dispose();
}

export const specs = {
  async 'from a module, bytes, a response, and promises of them'({ Redmoon, module, wasmBytes }) {
    await works(Redmoon, module);
    await works(Redmoon, wasmBytes);
    await works(Redmoon, wasmBytes.buffer.slice(wasmBytes.byteOffset, wasmBytes.byteOffset + wasmBytes.byteLength));
    await works(Redmoon, new DataView(wasmBytes.buffer, wasmBytes.byteOffset, wasmBytes.byteLength));
    await works(Redmoon, Promise.resolve(module));
    await works(Redmoon, Promise.resolve(wasmBytes));
    for (const type of ['application/wasm', 'application/wasm; charset=x', 'application/octet-stream', 'text/plain']) {
      await works(Redmoon, new Response(wasmBytes, { headers: { 'content-type': type } }));
    }
    await works(Redmoon, new Response(wasmBytes));
    await works(Redmoon, Promise.resolve(new Response(wasmBytes)));
    const rm = Redmoon.createSync({ wasm: module });
    equal(rm.evalSync('return 1'), 1);
    rm.dispose();
  },

  async 'from a URL that the caller gives'({ Redmoon, wasmUrl }) {
    await works(Redmoon, wasmUrl);
    await works(Redmoon, new URL(wasmUrl));
  },

  async 'what is no module'({ Redmoon, RedmoonError }) {
    await rejects(Redmoon.create({ wasm: new Uint8Array(10) }), WebAssembly.CompileError);
    await rejects(Redmoon.create({ wasm: Promise.reject(new Error('not there')) }), 'not there');
    const error = await rejects(Redmoon.create({ wasm: new Response('no', { status: 404 }) }), /the server answered 404/);
    ok(error instanceof RedmoonError);
    // A module of somebody else.
    const empty = new WebAssembly.Module(Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0]));
    await rejects(Redmoon.create({ wasm: empty }), /not redmoon\.wasm/);
    throws(() => Redmoon.createSync({ wasm: empty }), /not redmoon\.wasm/);
    await rejects(Redmoon.create({ wasm: 5 }), TypeError);
    await rejects(Redmoon.create({ wasm: null }), TypeError);
  },
};
