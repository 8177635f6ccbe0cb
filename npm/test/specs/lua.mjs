// Plain Lua programs.

import { bytes, equal, ok, rejects, throws } from './assert.mjs';

export const specs = {
  async 'print comes as a whole and as a stream'({ create }) {
    const rm = await create();
    const pieces = [];
    const { values, output } = await rm.lua("print('a', 1, nil, true) print() return 'done'", { onPrint: (text) => pieces.push(text) });
    equal(values, ['done']);
    equal(output, 'a\t1\tnil\ttrue\n\n');
    equal(pieces.join(''), output);
    equal((await rm.lua("print('😀', 'a\\0b')")).output, '😀\ta\n');
    equal(rm.luaSync('print(1)'), { values: [], output: '1\n' });
  },

  async 'a stream comes while the program runs'({ create }) {
    const rm = await create();
    const controller = new AbortController();
    let printed = '';
    const run = rm.lua("for i = 1, 1e9 do if i % 100000 == 0 then print(i) end end", {
      signal: controller.signal,
      onPrint: (text) => {
        printed += text;
        if (printed.length > 20) controller.abort(new Error('seen enough'));
      },
    });
    await rejects(run, 'seen enough');
    ok(printed.startsWith('100000\n200000\n'), printed.slice(0, 40));
  },

  async 'what onPrint throws ends the program'({ create }) {
    const rm = await create();
    await rejects(rm.lua("print('x') return 1", { onPrint: () => { throw new Error('closed'); } }), 'closed');
    throws(() => rm.luaSync("print('x') return 1", { onPrint: () => { throw new Error('closed'); } }), 'closed');
    equal((await rm.lua('return 1')).values, [1]);
    equal(rm.memory().inFlight, 0);
  },

  async 'what was printed before an error has come out'({ create }) {
    const rm = await create();
    let printed = '';
    await rejects(rm.lua("print('before') error('x')", { onPrint: (text) => (printed += text) }), /x/);
    equal(printed, 'before\n');
    equal((await rm.lua("print('after')")).output, 'after\n');
  },

  async 'globals last'({ create }) {
    const rm = await create();
    await rm.lua('count = 1 function add(n) count = count + n return count end');
    equal((await rm.lua('return add(4)')).values, [5]);
    equal(rm.luaSync('return add(1), count').values, [6, 6]);
    equal(await rm.eval('return type(redis.call)'), 'function');
    await rejects(rm.eval('return count'), /nonexistent global variable 'count'/);
  },

  async 'libraries of Redis are there, those of the outside are not'({ create }) {
    const rm = await create();
    const { values } = await rm.lua("return cjson.encode({a=1}), redis.sha1hex(''), bit.band(6, 3), type(struct.pack), type(cmsgpack.pack)");
    equal(values, ['{"a":1}', 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 2, 'function', 'function']);
    equal((await rm.lua("redis.call('SET', 'k', 'v') return redis.call('GET', 'k')")).values, ['v']);
    equal(rm.call('GET', 'k'), 'v');
    for (const name of ['os.execute', 'io.open', 'os.exit', 'os.getenv', 'io.popen', 'os.remove', 'require', 'dofile', 'loadfile', 'debug.getregistry']) {
      equal((await rm.lua(`local ok, f = pcall(loadstring('return ${name}')) return ok and f ~= nil and pcall(f, 'ls') or false`)).values, [false], name);
    }
  },

  async 'what a program returns'({ create }) {
    const rm = await create();
    const { values } = await rm.lua(`return 1, 1.5, 0.0, 1/0, -1/0, 2^53, 2^60, 'text', true, false, nil, {1, 2, {3}}, {a=1, b={c='x'}}, {}, {[1]='a', x='y'}, {[1.5]='half'}, nil`);
    equal(values.slice(0, 14), [1, 1.5, 0, Infinity, -Infinity, 2 ** 53, 2 ** 60, 'text', true, false, null, [1, 2, [3]], { a: 1, b: { c: 'x' } }, []]);
    equal(values[14], new Map([[1, 'a'], ['x', 'y']]));
    equal(values[15], new Map([[1.5, 'half']]));
    equal(values.length, 17, 'a nil at the end counts');
    equal((await rm.lua('return 0/0')).values, [NaN]);
    equal((await rm.lua('return -0.0')).values, [-0]);
    const [f, list] = (await rm.lua('return print, {print}')).values;
    ok(f.startsWith('function: ') && list.startsWith('table: '), 'what has no value is told by its text');
    equal((await rm.lua('return')).values, []);
    equal((await rm.lua('return 1, nil, 3')).values, [1, null, 3]);
    equal((await rm.lua("return 'a\\255'", { bytes: true })).values, [bytes(97, 255)]);
    equal((await rm.lua('return {1, nil, 3}')).values.length, 1);
  },

  async 'keys that JavaScript has plans for are keys like all others'({ create }) {
    const rm = await create();
    const { values } = await rm.lua("return {__proto__ = {polluted = 1}, constructor = 'c', toString = 't', hasOwnProperty = 'h', ['then'] = 1}");
    const [table] = values;
    equal(Object.keys(table).sort(), ['__proto__', 'constructor', 'hasOwnProperty', 'then', 'toString']);
    equal(Object.getPrototypeOf(table), Object.prototype);
    equal({}.polluted, undefined);
    equal(Object.getOwnPropertyDescriptor(table, '__proto__').value, { polluted: 1 });
    // In both directions.
    const given = JSON.parse('{"__proto__": {"x": 1}, "y": 2}');
    const host = await create({ resp: 3, host: () => given });
    equal((await host.lua("redis.setresp(3) local t = redis.call('GET', 'x') return t.map.__proto__.map.x, t.map.y")).values, [1, 2]);
  },

  async 'many values, long strings, deep stacks'({ create }) {
    const rm = await create();
    equal((await rm.lua('local t = {} for i = 1, 1000 do t[i] = i end return unpack(t)')).values.length, 1000);
    equal((await rm.lua("return ('x'):rep(1000000)")).values[0].length, 1_000_000);
    await rejects(rm.lua('local function f() return 1 + f() end return f()'), /stack overflow/);
    equal((await rm.lua('local n = 0 local function f(i) if i > 0 then return f(i - 1) end return i end return f(100000)')).values, [0]);
  },

  async 'the same with a name'({ create }) {
    const rm = await create();
    await rejects(rm.lua('error("x")', { name: 'a.lua' }), { message: 'a.lua:1: x', chunk: '=a.lua' });
    await rejects(rm.lua('error("x")', { name: '' }), /:1: x/);
    await rejects(rm.lua('error("x")', { name: '😀'.repeat(100) }), /1: x/);
  },
};
