// Other ways to run Lua in JavaScript: Lua written in JavaScript, and Redis's C Lua in WebAssembly for Redis's scripts.
// The same shape as in engines.mjs.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

// Their print writes elsewhere; the programs' output has to come back to be compared.
const PRINT = `
local pieces = {}
local function print(...)
  local line = {}
  for i = 1, select('#', ...) do line[i] = tostring((select(i, ...))) end
  pieces[#pieces + 1] = table.concat(line, '\\t') .. '\\n'
end
`;
const PRINTED = "\nreturn table.concat(pieces)\n";

/** A program that returns what it prints. Its own locals stay its own. */
const returning = (source) => `${PRINT}do\n${source}\nend${PRINTED}`;

// Lua 5.3 in JavaScript.
export async function fengari() {
  const { lua, lauxlib, lualib, to_luastring } = require('fengari');
  const { version } = require('fengari/package.json');
  return {
    name: 'fengari',
    version,
    fresh() {
      const state = lauxlib.luaL_newstate();
      lualib.luaL_openlibs(state);
      let printed = '';
      return {
        run(source) {
          const failed = lauxlib.luaL_dostring(state, to_luastring(returning(source)));
          const text = lua.lua_tojsstring(state, -1);
          if (failed) throw new Error(text);
          printed = text;
        },
        output: () => printed,
        close: () => lua.lua_close(state),
      };
    },
  };
}

// Redis's C Lua compiled with Emscripten, and its sandbox.
export async function luaRedisWasm() {
  const { LuaWasmEngine } = await import('lua-redis-wasm');
  const { version } = JSON.parse(
    (await import('node:fs')).readFileSync(new URL('./node_modules/lua-redis-wasm/package.json', import.meta.url), 'utf8'),
  );
  // Making one is asynchronous; the programs leave nothing behind in its sandbox.
  const engine = await LuaWasmEngine.createStandalone({ limits: { maxFuel: 0xffff_ffff } });
  return {
    name: 'lua-redis-wasm',
    version,
    fresh() {
      let printed = '';
      return {
        run(source) {
          const reply = engine.eval(returning(source));
          if (reply?.err) throw new Error(String(reply.err));
          printed = reply.toString();
        },
        output: () => printed,
        close() {},
      };
    },
  };
}
