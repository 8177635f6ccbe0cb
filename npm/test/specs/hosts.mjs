// Hosts: JavaScript that answers the commands of scripts.

import { bytes, equal, ok, rejects, sleep, throws } from './assert.mjs';

const GET = "return redis.call('GET', 'x')";

export const specs = {
  async 'a host gets the command and answers it'({ create }) {
    const calls = [];
    const rm = await create({ host: (args, call) => (calls.push([args, call]), `${args[0]}!`) });
    equal(await rm.eval("return redis.call('get', 'k', 12, 0.1)"), 'get!');
    equal(rm.evalSync("redis.setresp(3) return redis.pcall('SET', 'a\\255', '')"), 'SET!');
    equal(calls, [
      [['get', 'k', '12', '0.10000000000000001'], { isWrite: false, resp: 2 }],
      [['SET', bytes(97, 255), ''], { isWrite: true, resp: 3 }],
    ]);
    equal((await rm.lua("return redis.call('MY.COMMAND', 'x')")).values, ['MY.COMMAND!'], 'commands that Redis does not know');
    equal(await rm.eval("return redis.call('SET', '\\239\\187\\191bom', '')"), 'SET!');
    equal(calls.at(-1)[0][1], '\ufeffbom');
  },

  async 'what a host may return'({ create }) {
    let value;
    const rm = await create({ host: () => value });
    const lua = async (script, given) => {
      value = given;
      return (await rm.lua(script)).values;
    };
    const get = "return redis.call('GET', 'x')";
    for (const [given, wanted] of [
      [null, false],
      [undefined, false],
      ['text', 'text'],
      ['', ''],
      [5, 5],
      [-0, 0],
      [2 ** 53 - 1, 2 ** 53 - 1],
      [7n, 7],
      [{ status: 'OK' }, { ok: 'OK' }],
      [[1, 'a', null, [2]], [1, 'a', false, [2]]],
      [[], []],
      [new Uint8Array([104, 105]), 'hi'],
      [new Uint8Array([104, 105]).buffer, 'hi'],
    ]) {
      equal(await lua(get, given), [wanted], String(given));
    }
    const get3 = `redis.setresp(3) ${get}`;
    for (const [given, wanted] of [
      [null, null],
      [true, true],
      [false, false],
      [1.5, { double: 1.5 }],
      [new Map([['a', 1]]), { map: { a: 1 } }],
      [{ a: 1, b: 'x' }, { map: { a: 1, b: 'x' } }],
      [new Set(['a']), { set: { a: true } }],
      [10n ** 30n, { big_number: String(10n ** 30n) }],
    ]) {
      equal(await lua(get3, given), [wanted], String(given));
    }
    for (const [given, text] of [
      [() => 1, /a value of type function cannot be given to a script/],
      [Symbol('s'), /symbol/],
      [[1, { x: () => 1 }], /function/],
    ]) {
      value = given;
      await rejects(rm.eval(GET), text);
      throws(() => rm.evalSync(GET), text);
    }
    equal(rm.memory().inFlight, 0);
  },

  async 'errors that a host returns, throws or rejects with'({ create }) {
    let act;
    const rm = await create({ host: () => act() });
    const fail = (what) => () => { throw what; };
    for (const [how, message] of [
      [() => new Error('WRONGTYPE no'), /^WRONGTYPE no/],
      [() => new Error('no code'), /^ERR no code/],
      [fail(new Error('thrown')), /^ERR thrown/],
      [fail('a string'), /^ERR a string/],
      [fail(undefined), /^ERR undefined/],
      [fail(null), /^ERR null/],
      [fail(new TypeError('')), /^ERR TypeError/],
      [fail(Object.create(null)), /^ERR /],
      [fail(Symbol('x')), /^ERR Symbol/],
      [() => Promise.reject(new Error('MOVED 1 host')), /^MOVED 1 host/],
      [() => Promise.reject('text'), /^ERR text/],
      [() => Promise.reject(Symbol('x')), /^ERR Symbol/],
      [() => Promise.reject(Object.create(null)), /^ERR /],
      [fail(new Error('two\r\nlines')), /^ERR two\s+lines/],
    ]) {
      act = how;
      await rejects(rm.eval(GET), message);
      equal(await rm.eval(`return type(redis.pcall('GET', 'x').err)`), 'string');
      equal(await rm.eval(`local ok, e = pcall(redis.call, 'GET', 'x') return {ok and 1 or 0, type(e)}`), [0, (await rm.eval("return type(select(2, pcall(redis.call)))"))]);
    }
    equal(rm.memory().inFlight, 0);
  },

  async 'an asynchronous host suspends the script'({ create }) {
    const order = [];
    let isQuickDone;
    const quick = new Promise((resolve) => (isQuickDone = resolve));
    const rm = await create({
      host: async ([, key]) => {
        order.push(`asked ${key}`);
        await (key === 'slow' ? quick : sleep(1));
        order.push(`answered ${key}`);
        if (key === 'quick') isQuickDone();
        return key;
      },
    });
    const [a, b] = await Promise.all([rm.eval("return redis.call('GET', 'slow')"), rm.eval("return redis.call('GET', 'quick')")]);
    equal([a, b], ['slow', 'quick']);
    equal(order, ['asked slow', 'asked quick', 'answered quick', 'answered slow']);
    equal((await rm.lua("local t = {} for i = 1, 5 do t[i] = redis.call('GET', i) end return table.concat(t)")).values, ['12345']);
  },

  async 'any thenable will do'({ create }) {
    const rm = await create({ host: () => ({ then: (resolve) => resolve('thenable') }) });
    equal(await rm.eval(GET), 'thenable');
    const bad = await create({ host: () => ({ then() { throw new Error('bad then'); } }) });
    await rejects(bad.eval(GET), /bad then/);
  },

  async 'a promise in evalSync is a clear error'({ create }) {
    let unhandled = 0;
    const count = () => unhandled++;
    globalThis.process?.on?.('unhandledRejection', count);
    const rm = await create({ host: () => Promise.reject(new Error('late')) });
    throws(() => rm.evalSync(GET), /the host returned a promise: use eval instead of evalSync/);
    throws(() => rm.luaSync("redis.call('GET', 'x')"), /promise/);
    await sleep(5);
    globalThis.process?.off?.('unhandledRejection', count);
    equal(unhandled, 0);
    equal(rm.memory().inFlight, 0);
  },

  async 'a host may use the keyspace of its own Redmoon'({ create }) {
    const rm = await create({ host: (args) => (args[0] === 'GET' ? rm.call(args) : rm.evalSync('return {KEYS[1], 1}', { keys: [args[1]] })) });
    rm.call('SET', 'x', 'inside');
    equal(rm.evalSync(GET), 'inside');
    equal(await rm.eval(GET), 'inside');
    equal(rm.evalSync("return {redis.call('OTHER', 'k'), redis.call('GET', 'x')}"), [['k', 1], 'inside']);
    equal(await rm.eval("return {redis.call('OTHER', 'k'), redis.call('GET', 'x')}"), [['k', 1], 'inside']);
  },

  async 'a host may run scripts on its own Redmoon, deep'({ create }) {
    const rm = await create({
      host: ([, depth]) => (Number(depth) === 0 ? 'bottom' : rm.evalSync("return redis.call('GO', ARGV[1] - 1)", { args: [depth] })),
    });
    equal(rm.evalSync("return redis.call('GO', 50)"), 'bottom');
    const later = await create({
      host: ([, depth]) => (Number(depth) === 0 ? 'bottom' : later.eval("return redis.call('GO', ARGV[1] - 1)", { args: [depth] })),
    });
    equal(await later.eval("return redis.call('GO', 50)"), 'bottom');
    equal((await later.lua("return redis.call('GO', 50)")).values, ['bottom']);
    equal(later.memory().inFlight, 0);
  },

  async 'a host that calls itself for ever ends'({ create, RedmoonError }) {
    const rm = await create({ limits: { memory: '64mb' }, host: () => rm.evalSync(GET) });
    const error = await rejects(rm.eval(GET), Error);
    ok(error instanceof RedmoonError || error instanceof RangeError, String(error));
    // Either it goes on, or it says that it cannot.
    const next = await rm.eval('return 1').catch((reason) => reason);
    ok(next === 1 || (next instanceof RedmoonError && next.kind === 'internal'), String(next));
  },

  async 'a host may use another Redmoon'({ create }) {
    const store = await create();
    store.call('SET', 'x', 'elsewhere');
    const rm = await create({ host: (args) => store.call(args) });
    equal(rm.evalSync(GET), 'elsewhere');
    equal(await rm.eval("redis.call('INCR', 'n') return redis.call('INCR', 'n')"), 2);
    await rejects(rm.eval("return redis.call('INCR', 'x')"), /^ERR value is not an integer/);
    const slow = await create({ host: (args) => store.eval("return redis.call(unpack(ARGV))", { args }) });
    equal(await slow.eval(GET), 'elsewhere');
  },

  async 'a value whose own code calls back'({ create }) {
    // The value is read while it is being written for the module.
    let rm;
    const value = {
      get a() {
        return rm.call('GET', 'x');
      },
      b: 2,
    };
    rm = await create({ host: () => value });
    rm.call('SET', 'x', 'v'.repeat(50));
    const found = await rm.eval("redis.setresp(3) return redis.call('GET', 'x')['map']['a']").catch((error) => error);
    ok(found === 'v'.repeat(50) || found instanceof Error, String(found));
    equal(rm.call('GET', 'x'), 'v'.repeat(50));
    equal(rm.memory().inFlight, 0);
  },

  async 'a proxy that misbehaves'({ create }) {
    const proxy = new Proxy({}, { ownKeys: () => { throw new Error('no keys'); } });
    class Odd extends Map {
      get size() {
        return 5;
      }
    }
    let value = proxy;
    const rm = await create({ host: () => value });
    await rejects(rm.eval(GET), /no keys/);
    value = new Odd([['a', 1]]);
    equal(await rm.eval(`redis.setresp(3) return redis.call('GET', 'x').map.a`), 1, 'what it holds counts');
    equal(rm.memory().inFlight, 0);
    value = 'fine';
    equal(await rm.eval(GET), 'fine');
  },

  async 'disposing while a host is awaited'({ create }) {
    let answer;
    const rm = await create({ host: () => new Promise((resolve) => (answer = resolve)) });
    const run = rm.eval(GET);
    await sleep(1);
    rm.dispose();
    answer('late');
    await rejects(run, /disposed/);
  },

  async 'disposing inside a host'({ create }) {
    const rm = await create({ host: () => (rm.dispose(), 'x') });
    await rejects(rm.eval(GET), /disposed/);
    const other = await create({ host: () => (other.dispose(), 'x') });
    throws(() => other.evalSync(GET), /disposed/);
  },
};
