// External tables: JavaScript's Maps in Lua.

import { bytes, equal, fits, ok, rejects, throws } from './assert.mjs';

async function withTable(create, entries = [], options = {}) {
  const rm = await create(options);
  const map = rm.ext.table('t', new Map(entries));
  const lua = async (source) => (await rm.lua(`local t = ext.table('t') ${source}`)).values;
  return { rm, map, lua };
}

export const specs = {
  async 'reads and writes go to the map'({ create }) {
    const { rm, map, lua } = await withTable(create, [['a', 1], [1, 'one']]);
    equal(await lua('return t.a, t[1], t.none'), [1, 'one', null]);
    await lua("t.b = 'new' t[2] = true t.a = nil");
    equal([...map], [[1, 'one'], ['b', 'new'], [2, true]]);
    map.set('c', 3);
    equal(await lua('return t.c'), [3]);
    const seen = [];
    rm.ext.table('log', { get: () => undefined, set: (key, value) => seen.push([key, value]), delete: () => {}, size: 0, keys: () => [] });
    await rm.lua("ext.table('log').x = 1");
    equal(seen, [['x', 1]]);
  },

  async 'every kind of value, both ways'({ create }) {
    const { map, lua } = await withTable(create);
    const values = [1, -1, 1.5, -0, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 60, 1e300, 5e-324, true, false, '', 'text', '😀', 'a\0b', bytes(255, 0, 254)];
    values.forEach((value, at) => map.set(at, value));
    for (const [at, value] of values.entries()) {
      await lua(`t['copy'] = t[${at}]`);
      equal(map.get('copy'), value);
    }
    equal(await lua('return 1 / t[3]'), [-Infinity], 'the sign of zero');
    equal(await lua('return t[4] ~= t[4]'), [true], 'NaN');
    for (const value of [10n, -5n]) {
      map.set('big', value);
      equal(await lua('return t.big'), [Number(value)]);
    }
    map.set('nil', undefined);
    map.set('null', null);
    equal(await lua("return t['nil'], t['null']"), [null, null]);
    await lua('t.v = false');
    equal(map.get('v'), false);
    equal(await lua('t.v = -0.0 return 1 / t.v'), [-Infinity]);
  },

  async 'nested tables'({ create }) {
    const { map, lua } = await withTable(create);
    await lua("t.list = {1, 2, {3}} t.object = {a = {b = 'c'}} t.mixed = {[1] = 'x', k = 'y'} t.empty = {}");
    equal(map.get('list'), [1, 2, [3]]);
    equal(map.get('object'), { a: { b: 'c' } });
    equal(map.get('mixed'), new Map([[1, 'x'], ['k', 'y']]));
    equal(map.get('empty'), []);
    map.set('in', { list: [1, 'a', [true]], map: new Map([[5, 'five']]), set: new Set(['x']) });
    equal(await lua("local v = t['in'] return v.list[1], v.list[2], v.list[3][1], v.map[5]"), [1, 'a', true, 'five']);
    // A copy is given, not the thing itself.
    equal(await lua("local v = t.list v[1] = 'changed' return t.list[1]"), [1]);
    await lua("local p = {} p['__proto__'] = {x = 1} t.p = p");
    equal(Object.keys(map.get('p')), ['__proto__']);
    equal({}.x, undefined);
  },

  async 'what a table cannot hold'({ create }) {
    const { map, lua } = await withTable(create);
    for (const [source, message] of [
      ['t.f = print', /cannot hold a function/],
      ['t.f = {1, {function() end}}', /cannot hold a function/],
      ['t.f = coroutine.create(function() end)', /cannot hold a (thread|coroutine)/],
      ['t.f = t', /cannot hold a userdata/],
      ['local c = {} c[1] = c t.f = c', /nested too deeply/],
      ['t[nil] = 1', /table index is nil/],
      ['t[0/0] = 1', /table index is NaN/],
      ['t[{}] = 1', /key/],
      ['t[print] = 1', /key|function/],
    ]) {
      await rejects(lua(source), message);
    }
    equal(map.size, 0);
    map.set('f', () => 1);
    await rejects(lua('return t.f'), { message: /^lua:1: a value of type function cannot be given to a script/ });
    const cyclic = {};
    cyclic.self = cyclic;
    map.set('c', cyclic);
    await rejects(lua('return t.c'), /nested too deeply, or holds itself/);
    equal(await lua("return select(2, pcall(function() return t.c end)) ~= nil"), [true]);
  },

  async 'keys of every kind'({ create }) {
    const { map, lua } = await withTable(create);
    await lua("t[1.5] = 'half' t[-1] = 'minus' t[true] = 'yes' t['1'] = 'text' t[1] = 'number' t['\\255\\0'] = 'bytes' t['😀'] = 'moon'");
    equal(map.get(1.5), 'half');
    equal(map.get('1'), 'text');
    equal(map.get(1), 'number');
    equal(map.get(true), 'yes');
    equal(map.get('😀'), 'moon');
    equal(await lua("return t['\\255\\0'], t['\\255'], t[true], t[-1]"), ['bytes', null, 'yes', 'minus']);
    equal(await lua("t['\\255\\0'] = 'again' return #t"), [7]);
    equal(await lua("local n = 0 for k, v in pairs(t) do n = n + 1 assert(t[k] == v) end return n"), [7]);
    equal(await lua("t['\\255\\0'] = nil return #t"), [6]);
    map.set(bytes(254), 'from JavaScript');
    equal(await lua("return t['\\254']"), ['from JavaScript']);
  },

  async 'length, pairs and keys'({ create }) {
    const { map, lua } = await withTable(create, [['a', 1], [2, 'b'], ['c', false]]);
    equal(await lua('return #t'), [3]);
    equal(await lua('return ext.keys(t)'), [['a', 2, 'c']]);
    equal(await lua("local s = '' for k, v in pairs(t) do s = s .. tostring(k) .. '=' .. tostring(v) .. ' ' end return s"), ['a=1 2=b c=false ']);
    map.clear();
    equal(await lua('return #t, ext.keys(t), next(ext.keys(t))'), [0, [], null]);
    await rejects(lua('return ext.keys({})'), /external table expected/);
    await rejects(lua('return ext.keys()'), /external table expected/);
    equal(await lua('local n = 0 for k in pairs({1, 2, x = 3}) do n = n + 1 end return n'), [3], 'pairs of others is as ever');
    await rejects(lua('pairs()'), "bad argument #1 to 'pairs' (table expected, got no value)");
    await rejects(lua('for k in pairs(5) do end'), "bad argument #1 to 'pairs' (table expected, got number)");
  },

  async 'changes while iterating'({ create }) {
    const { map, lua } = await withTable(create, Array.from({ length: 10 }, (_, at) => [at, at]));
    equal(await lua('local n = 0 for k, v in pairs(t) do n = n + 1 t[k] = nil t[k + 1] = nil end return n, #t'), [5, 0]);
    for (let at = 0; at < 3; at++) map.set(at, at);
    equal(await lua("local n = 0 for k, v in pairs(t) do n = n + 1 t['new' .. n] = n end return n, #t"), [3, 6]);
    for (let at = 0; at < 50_000; at++) map.set(at, 'gone');
    map.get = (key) => (typeof key === 'number' ? undefined : Map.prototype.get.call(map, key));
    equal(await lua('local n = 0 for k in pairs(t) do n = n + 1 end return n'), [3], 'all but three are gone');
  },

  async '100,000 items'({ create }) {
    const { map, lua } = await withTable(create);
    await lua("for i = 1, 100000 do t['item ' .. i] = i end");
    equal(map.size, 100_000);
    equal(map.get('item 99999'), 99_999);
    equal(await lua('local sum = 0 for k, v in pairs(t) do sum = sum + v end return sum, #t, #ext.keys(t)'), [5_000_050_000, 100_000, 100_000]);
  },

  async 'scripts and functions see them too'({ create }) {
    const { rm, map } = await withTable(create, [['n', 1]]);
    equal(await rm.eval("local t = ext.table('t') t.n = t.n + 1 return t.n"), 2);
    equal(rm.evalSync("local t = ext.table('t') t.n = t.n + 1 return t.n"), 3);
    rm.functionLoad("#!lua name=lib\nredis.register_function('bump', function() local t = ext.table('t') t.n = t.n + 1 return t.n end)");
    equal(await rm.fcall('bump'), 4);
    equal(rm.fcallSync('bump'), 5);
    equal(map.get('n'), 5);
    equal(await rm.eval("local n = 0 for k, v in pairs(ext.table('t')) do n = n + v end return n"), 5);
    await rejects(rm.eval("ext.table = 1"), /readonly|read-only|Attempt to modify/);
    equal(rm.call('EVAL', "return ext.table('t').n", 0), 5);
    rm.call('SCRIPT', 'FLUSH');
    rm.call('FUNCTION', 'FLUSH');
    equal(await rm.eval("return ext.table('t').n"), 5, 'after a flush');
    // Where nobody can wait for the answer.
    rm.call('MULTI');
    rm.call('EVAL', "return ext.table('t').n", 0);
    fits(rm.call('EXEC')[0], /external tables are for scripts that the host runs itself/);
    const none = await create();
    await rejects(none.eval('return ext'), /nonexistent global variable 'ext'/);
  },

  async 'one value for one name'({ create }) {
    const { rm, lua } = await withTable(create);
    equal(await lua("return ext.table('t') == t, type(t), tostring(t), getmetatable(t)"), [true, 'userdata', 'external table: t', 'external table']);
    await rejects(lua('setmetatable(t, {})'), /bad argument #1 to 'setmetatable'/);
    await rejects(lua("return ext.table('nope')"), /no external table has this name/);
    await rejects(lua('return ext.table()'), /bad argument #1 to 'table'/);
    equal(await lua('return rawequal(t, t)'), [true]);
    await rejects(lua('return rawget(t, 1)'), /table expected/);
    await rejects(lua('return t()'), /call/);
    await rejects(lua('return t .. "x"'), /concatenate/);
    equal(rm.ext.names(), ['t']);
    const odd = rm.ext.table('\0 😀', new Map([['k', 1]]));
    equal((await rm.lua("return ext.table('\\0 😀').k")).values, [1]);
    odd.set('k', 2);
    equal(rm.ext.table('\0 😀').get('k'), 2);
    equal(rm.ext.table('made').size, 0);
    rm.ext.table('t', new Map([['x', 'other']]));
    equal(await lua('return t.x'), ['other'], 'the map behind a name may change');
  },

  async 'a table that is taken away'({ create }) {
    const { rm, lua } = await withTable(create, [['a', 1]]);
    await rm.lua("held = ext.table('t')");
    equal(rm.ext.remove('t'), true);
    equal(rm.ext.remove('t'), false);
    await rejects(rm.lua('return held.a'), /the external table 't' has been removed/);
    await rejects(rm.lua('for k in pairs(held) do end'), /removed/);
    await lua('return 1').catch(() => {});
    rm.ext.table('t', new Map([['a', 2]]));
    equal((await rm.lua('return held.a')).values, [2]);
  },

  async 'errors of a map are errors in Lua'({ create }) {
    const rm = await create();
    const fail = () => { throw new Error('the disk is full'); };
    rm.ext.table('bad', { get: fail, set: fail, delete: fail, get size() { return fail(); }, keys: fail });
    for (const source of ['return b.x', 'b.x = 1', 'b.x = nil', 'return #b', 'for k in pairs(b) do end', 'return ext.keys(b)']) {
      await rejects(rm.lua(`local b = ext.table('bad') ${source}`), { message: 'lua:1: the disk is full', kind: 'script', line: 1 });
      throws(() => rm.luaSync(`local b = ext.table('bad') ${source}`), 'lua:1: the disk is full');
      equal((await rm.lua(`local b = ext.table('bad') return (pcall(function() ${source} end))`)).values, [false]);
    }
    rm.ext.table('odd', { get: () => { throw Symbol('s'); }, set() {}, delete() {}, size: 1.5, keys: () => 5 });
    await rejects(rm.lua("return ext.table('odd').x"), /Symbol\(s\)/);
    await rejects(rm.lua("return ext.keys(ext.table('odd'))"), /iterable|undefined/);
    equal((await rm.lua("return #ext.table('odd')")).values, [1.5]);
    equal(rm.memory().inFlight, 0);
  },

  async 'a map that answers with a promise is told so'({ create }) {
    const rm = await create();
    rm.ext.table('t', { get: async () => 1, set() {}, delete() {}, size: 0, keys: () => [] });
    await rejects(rm.lua("return ext.table('t').x"), /promise/);
  },

  async 'a map may use another Redmoon'({ create }) {
    const store = await create();
    const rm = await create();
    rm.ext.table('store', {
      get: (key) => store.call('GET', key),
      set: (key, value) => store.call('SET', key, value),
      delete: (key) => store.call('DEL', key),
      get size() {
        return store.call('DBSIZE');
      },
      keys: () => store.call('KEYS', '*').sort(),
    });
    const source = "local t = ext.table('store') t.a = 1 t.b = 'x' t.c = 2 t.c = nil local s = #t for k, v in pairs(t) do s = s .. k .. v end return s";
    equal((await rm.lua(source)).values, ['2a1bx']);
    equal(await rm.eval(source), '2a1bx');
    equal(store.call('GET', 'a'), '1');
  },

  async 'a map that calls back finds it busy'({ create }) {
    const rm = await create();
    let act = () => rm.call('GET', 'x');
    rm.ext.table('t', { get: () => act(), set() {}, delete() {}, size: 0, keys: () => [] });
    const get = "return ext.table('t').x";
    const acts = [() => rm.call('GET', 'x'), () => rm.evalSync('return 1'), () => rm.luaSync('return 1'), () => rm.fcallSync('f')];
    for (act of acts) {
      await rejects(rm.eval(get), /BUSY/);
      throws(() => rm.evalSync(get), /BUSY/);
      await rejects(rm.lua(get), /BUSY/);
      throws(() => rm.luaSync(get), /BUSY/);
    }
    // What waits for its turn gets it.
    let later;
    act = () => ((later = rm.eval('return 7')), 'now');
    equal(await rm.eval(get), 'now');
    equal(await later, 7);
    equal(rm.evalSync(get), 'now');
    equal(await later, 7);
    act = () => rm.memory().inFlight;
    equal(await rm.eval(get), 1);
    act = () => (rm.collectGarbage(), 'collected');
    equal(await rm.eval(`local t = {} for i = 1, 100 do t[i] = {} end local x = ext.table('t').x return {x, #t}`), ['collected', 100]);
    act = () => rm.scriptLoad('return 1');
    await rejects(rm.eval(get), /BUSY/);
    equal(await rm.eval('return 1'), 1);
  },

  async 'from anywhere in Lua'({ create }) {
    const { map, lua } = await withTable(create, [['a', 3], ['b', 1], ['c', 2]]);
    equal(await lua("local l = {'a', 'b', 'c'} table.sort(l, function(x, y) return t[x] < t[y] end) return table.concat(l)"), ['bca']);
    equal(await lua("return (string.gsub('abc', '%w', function(c) return t[c] end))"), ['312']);
    equal(await lua('local co = coroutine.wrap(function() for k, v in pairs(t) do coroutine.yield(v) end end) return co() + co() + co()'), [6]);
    equal(await lua('local m = setmetatable({}, {__index = t, __newindex = t}) m.d = 4 return m.a, m.d, m.none'), [3, 4, null]);
    equal(map.get('d'), 4);
    equal(await lua('local ok, v = pcall(function() return t.a end) return ok, v'), [true, 3]);
  },
};
