// The engines that are compared in Node. Each gives a function that makes a fresh VM and returns what
// there is to time: `run(source)`, which evaluates a program, and `output()`, what it printed.

import { createRequire } from 'node:module';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

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

// Our package, as `cargo xtask npm` builds it: `folder` is its `dist`. A fresh Redmoon for every program, all of one compiled
// module: V8's optimised code stays here, too.
export async function redmoon(folder) {
  const file = path.join(folder, 'redmoon.wasm');
  if (!existsSync(file)) throw new Error(`no module in ${folder}: cargo xtask npm builds it`);
  const { Redmoon } = await import(pathToFileURL(path.join(folder, 'esm/node.js')));
  const wasm = new WebAssembly.Module(readFileSync(file));
  const size = statSync(file).size;
  return {
    name: 'redmoon',
    version: `${path.basename(file)}, ${(size / 1000).toFixed(1)} KB`,
    fresh() {
      // Programs run for seconds: only the clock is not limited.
      const rm = Redmoon.createSync({ wasm, limits: { timeMs: Infinity } });
      let printed = '';
      return {
        run(source) {
          printed = rm.luaSync(source).output;
        },
        output: () => printed,
        close: () => rm.dispose(),
      };
    },
  };
}
