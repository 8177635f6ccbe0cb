// The engines that are compared in Node. Each gives a function that makes a fresh VM and returns what
// there is to time: `run(source)`, which evaluates a program, and `output()`, what it printed.

import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const require = createRequire(import.meta.url);

// C Lua 5.1 compiled with Emscripten. One WebAssembly instance with a fresh Lua state per program: that
// is what ours does too, and it keeps V8's optimised code.
export async function wasmoon() {
  const { Lua, LuaApi } = require('wasmoon-lua5.1');
  const { version } = require('wasmoon-lua5.1/package.json');
  const api = await LuaApi.initialize();
  // Its own print goes through JavaScript's console; collecting in a table is quicker and tells us the bytes.
  const prelude = `
    local pieces = {}
    function print(...)
      local line = {}
      for i = 1, select('#', ...) do line[i] = tostring((select(i, ...))) end
      pieces[#pieces + 1] = table.concat(line, '\\t') .. '\\n'
    end
    function printed() return table.concat(pieces) end`;
  return {
    name: 'wasmoon-lua5.1',
    version,
    fresh() {
      const lua = new Lua(api, { openStandardLibs: true, traceAllocations: false });
      lua.doStringSync(prelude);
      return {
        run: (source) => lua.doStringSync(source),
        output: () => lua.doStringSync('return printed()'),
        close: () => lua.global.close(),
      };
    },
  };
}

// Our package as wasm-pack builds it for Node: a class `Lua` with `run(source)`, or a bare `run(source)`
// (the core module of `cargo xtask size`); both return the bytes that the program printed.
export async function redmoon(folder) {
  const entry = ['redmoon.js', 'core.js'].map((name) => path.join(folder, name)).find(existsSync);
  if (!entry) throw new Error(`no module in ${folder}: cargo xtask wasm builds it`);
  const module = require(entry);
  const bytes = readFileSync(entry.replace(/\.js$/, '_bg.wasm')).length;
  return {
    name: 'redmoon',
    version: `${path.basename(entry)}, ${(bytes / 1000).toFixed(1)} KB`,
    fresh() {
      const lua = module.Lua ? new module.Lua() : { run: module.run };
      let printed;
      return {
        run(source) {
          printed = lua.run(lua.free || !module.run ? source : new TextEncoder().encode(source));
        },
        output: () => (typeof printed === 'string' ? printed : new TextDecoder().decode(printed)),
        close: () => lua.free?.(),
      };
    },
  };
}
