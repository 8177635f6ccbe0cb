// Many scripts in flight, each suspended again and again, from anywhere in Lua.

import { equal, ok } from './assert.mjs';

// Every script makes ten calls, `get(i)` gives i back, and adds what it gets: 1 + 2 + … + 10 = 55, times ARGV[1].
const GET = "local n = tonumber(ARGV[1]) local function get(i) return tonumber(redis.call('GET', i)) * n end ";

const SCRIPTS = {
  pcall: `${GET} local sum = 0
    for i = 1, 10 do
      local ok, v = pcall(function() return get(i) end)
      sum = sum + v
    end
    return sum`,
  'nested pcall that fails': `${GET} local sum = 0
    for i = 1, 10 do
      local ok, v = pcall(function() pcall(error, 'x') error({v = get(i)}) end)
      sum = sum + v.v
    end
    return sum`,
  xpcall: `${GET} local sum = 0
    for i = 1, 10 do
      local ok, v = xpcall(function() error('x') end, function() return get(i) end)
      sum = sum + v
    end
    return sum`,
  __index: `${GET} local t = setmetatable({}, {__index = function(_, i) return get(i) end})
    return t[1] + t[2] + t[3] + t[4] + t[5] + t[6] + t[7] + t[8] + t[9] + t[10]`,
  __newindex: `${GET} local sum = 0 local t = setmetatable({}, {__newindex = function(_, i) sum = sum + get(i) end})
    for i = 1, 10 do t[i] = true end return sum`,
  __call: `${GET} local t = setmetatable({}, {__call = function(_, i) return get(i) end})
    local sum = 0 for i = 1, 10 do sum = sum + t(i) end return sum`,
  __add: `${GET} local t = setmetatable({}, {__add = function(a, b) return get(type(a) == 'number' and a or b) end})
    local sum = 0 for i = 1, 5 do sum = sum + (t + i) + (i + 5 + t) end return sum`,
  '__concat, __eq, __lt, __le, __unm, __len': `${GET} local mt = {}
    mt.__concat = function(a, b) return get(1) end
    mt.__eq = function() return get(2) == 2 * n end
    mt.__lt = function() return get(3) == 3 * n end
    mt.__le = function() return get(4) == 4 * n end
    mt.__unm = function() return get(5) end
    mt.__tostring = function() return tostring(get(6)) end
    mt.__mod = function() return get(7) end
    mt.__pow = function() return get(8) end
    mt.__mul = function() return get(9) end
    mt.__div = function() return get(10) end
    local a, b = setmetatable({}, mt), setmetatable({}, mt)
    local sum = (a .. b) + (-a) + tonumber(tostring(a)) + (a % 2) + (a ^ 2) + (a * 2) + (a / 2)
    if a == b then sum = sum + 2 * n end
    if a < b then sum = sum + 3 * n end
    if a <= b then sum = sum + 4 * n end
    return sum`,
  'table.sort': `${GET} local list, calls, sum = {5, 3, 9, 1, 7, 2}, 0, 0
    table.sort(list, function(a, b)
      if calls < 10 then calls = calls + 1 sum = sum + get(calls) end
      return a < b
    end)
    assert(table.concat(list) == '123579')
    while calls < 10 do calls = calls + 1 sum = sum + get(calls) end
    return sum`,
  'string.gsub': `${GET} local sum = 0
    string.gsub('abcdefghij', '%w', function(c) sum = sum + get(c:byte() - 96) return c end)
    return sum`,
  'for-in': `${GET} local sum = 0
    local function each(_, i) if i < 10 then return i + 1, get(i + 1) end end
    for i, v in each, nil, 0 do sum = sum + v end
    return sum`,
  coroutines: `${GET} local sum = 0
    local co = coroutine.wrap(function() for i = 1, 10 do coroutine.yield(get(i)) end end)
    for i = 1, 10 do sum = sum + co() end
    return sum`,
  'coroutines within coroutines within pcall': `${GET} local sum = 0
    for i = 1, 10 do
      local co = coroutine.create(function()
        local inner = coroutine.wrap(function() local ok, v = pcall(get, i) coroutine.yield(v) end)
        coroutine.yield(inner())
      end)
      local ok, v = coroutine.resume(co)
      sum = sum + v
    end
    return sum`,
};

const IN_FLIGHT = 1_000;

/** Answers in the order of a die, so that scripts overtake one another. */
function scrambled() {
  let waiting = [];
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  return ([, key]) =>
    new Promise((resolve) => {
      if (waiting.length === 0) {
        setTimeout(() => {
          const batch = waiting.map((wake) => [random(), wake]).sort(([a], [b]) => a - b);
          waiting = [];
          for (const [, wake] of batch) wake();
        });
      }
      waiting.push(() => resolve(key));
    });
}

/** WebAssembly memory comes in pages of 64 KB, and never shrinks: two more are room between what is held. */
function isBounded(before, after) {
  ok(after.wasm <= before.wasm + 2 * 65_536, `${before.wasm} bytes of WebAssembly memory became ${after.wasm}`);
}

export const specs = {
  async 'one of each'({ create }) {
    const rm = await create({ host: async ([, key]) => key });
    for (const [name, script] of Object.entries(SCRIPTS)) equal(await rm.eval(script, { args: [3] }), 165, name);
    for (const [name, script] of Object.entries(SCRIPTS)) {
      equal((await rm.lua(`local ARGV = {2} ${script}`)).values, [110], `lua: ${name}`);
    }
  },

  async 'a thousand scripts in flight, ten calls each, and nothing is left behind'({ create }) {
    let most = 0;
    const answer = scrambled();
    const rm = await create({ host: (args) => ((most = Math.max(most, rm.memory().inFlight)), answer(args)) });
    const scripts = Object.values(SCRIPTS);
    const names = Object.keys(SCRIPTS);
    const round = async () => {
      const found = await Promise.all(Array.from({ length: IN_FLIGHT }, (_, at) => rm.eval(scripts[at % scripts.length], { args: [at] })));
      found.forEach((value, at) => equal(value, 55 * at, `${names[at % names.length]} ${at}`));
      rm.collectGarbage();
      return rm.memory();
    };
    await round();
    const before = await round();
    equal(most, IN_FLIGHT);
    const after = await round();
    equal(after.inFlight, 0);
    ok(Math.abs(after.used - before.used) <= before.used / 100, `${before.used} bytes became ${after.used}`);
    isBounded(before, after);
  },

  async 'programs in flight'({ create }) {
    const rm = await create({ host: scrambled() });
    const round = async () => {
      const found = await Promise.all(
        Array.from({ length: 200 }, (_, at) => rm.lua(`local ARGV = {${at}} ${Object.values(SCRIPTS)[at % Object.keys(SCRIPTS).length]}`)),
      );
      found.forEach(({ values }, at) => equal(values, [55 * at]));
      rm.collectGarbage();
      return rm.memory();
    };
    await round();
    const before = await round();
    const after = await round();
    ok(Math.abs(after.used - before.used) <= before.used / 100, `${before.used} bytes became ${after.used}`);
    isBounded(before, after);
  },

  async 'scripts that are given up leave nothing behind'({ create }) {
    const warnings = [];
    const note = (warning) => warnings.push(warning.name);
    globalThis.process?.on?.('warning', note);
    const rm = await create({ host: () => new Promise(() => {}) });
    const round = async () => {
      const controller = new AbortController();
      const runs = Array.from({ length: 300 }, (_, at) =>
        rm.eval(Object.values(SCRIPTS)[at % Object.keys(SCRIPTS).length], { args: [at], signal: controller.signal }),
      );
      controller.abort(new Error('given up'));
      const results = await Promise.allSettled(runs);
      ok(results.every(({ reason }) => reason?.message === 'given up'));
      rm.collectGarbage();
      return rm.memory();
    };
    await round();
    const before = await round();
    for (let at = 0; at < 5; at++) await round();
    const after = await round();
    equal(after.inFlight, 0);
    ok(Math.abs(after.used - before.used) <= before.used / 100, `${before.used} bytes became ${after.used}`);
    isBounded(before, after);
    // Node warns of signals that many listen to.
    globalThis.process?.off?.('warning', note);
    equal(warnings, []);
  },
};
