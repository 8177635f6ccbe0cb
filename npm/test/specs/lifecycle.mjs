// Making instances, and letting them go.

import { equal, ok, rejects, throws } from './assert.mjs';

export const specs = {
  async 'after dispose everything says so'({ create, RedmoonError }) {
    const rm = await create();
    rm.ext.table('t', new Map());
    rm.dispose();
    rm.dispose();
    const gone = { kind: 'internal', message: 'ERR this Redmoon has been disposed of' };
    await rejects(rm.eval('return 1'), gone);
    await rejects(rm.evalsha('0'.repeat(40)), gone);
    await rejects(rm.lua('return 1'), gone);
    await rejects(rm.fcall('f'), gone);
    for (const use of [
      () => rm.evalSync('return 1'),
      () => rm.luaSync('return 1'),
      () => rm.call('PING'),
      () => rm.scriptLoad('return 1'),
      () => rm.script('return 1'),
      () => rm.functionLoad('x'),
      () => rm.memory(),
      () => rm.collectGarbage(),
      () => rm.fuelUsed,
    ]) {
      ok(throws(use, gone) instanceof RedmoonError);
    }
  },

  async 'disposing while a script computes'({ create }) {
    const rm = await create({ limits: { timeMs: Infinity } });
    const run = rm.eval('while true do end');
    const next = rm.eval('return 1');
    setTimeout(() => rm.dispose(), 20);
    await rejects(run, /disposed/);
    await rejects(next, /disposed/);
  },

  async 'using disposes'({ create }) {
    const rm = await create();
    // Platforms without the symbols have nothing to call.
    if (Symbol.dispose) {
      rm[Symbol.dispose]();
      throws(() => rm.call('PING'), /disposed/);
    }
    const other = await create();
    if (Symbol.asyncDispose) {
      const done = other[Symbol.asyncDispose]();
      ok(done instanceof Promise);
      await done;
      throws(() => other.call('PING'), /disposed/);
    }
  },

  async 'an instance that has broken says so'({ create }) {
    const rm = await create();
    throws(() => rm.internals.engine.use(() => { throw new WebAssembly.RuntimeError('unreachable'); }), { kind: 'internal', message: /a defect; make a new one/ });
    await rejects(rm.eval('return 1'), { kind: 'internal', message: /has stopped because of a defect/ });
    throws(() => rm.call('PING'), { kind: 'internal', message: /has stopped because of a defect/ });
    rm.dispose();
    const other = await create();
    equal(await other.eval('return 1'), 1, 'others go on');
  },

  async 'a JavaScript stack that is full'({ create, RedmoonError }) {
    const rm = await create();
    let last;
    const deep = () => {
      try {
        deep();
      } catch {
        // Close to the end of the stack, again and again.
      }
      try {
        rm.evalSync("return redis.call('SET', 'k', string.rep('x', 100))");
      } catch (error) {
        last = error;
        if (!(error instanceof RedmoonError)) throw error;
      }
    };
    try {
      (function start(depth) {
        return depth === 0 ? deep() : start(depth - 1);
      })(10);
    } catch {
      // A full stack.
    }
    const next = await rm.eval('return 1').catch((error) => error);
    ok(next === 1 || (next instanceof RedmoonError && next.kind === 'internal'), `${next} after ${last}`);
  },

  async 'many instances of one module'({ create }) {
    const all = await Promise.all(Array.from({ length: 50 }, (_, at) => create({ seed: at })));
    all.forEach((rm, at) => rm.call('SET', 'me', at));
    await Promise.all(all.map((rm) => rm.lua('mine = redis.call("GET", "me")')));
    for (const [at, rm] of all.entries()) equal((await rm.lua('return mine')).values, [String(at)]);
    ok(all[0].memory().wasm < 2 << 20, `${all[0].memory().wasm} bytes of WebAssembly memory`);
  },

  async 'createSync'({ Redmoon, module }) {
    const rm = Redmoon.createSync({ wasm: module, keyspace: { commands: [['SET', 'k', 'v']] } });
    equal(rm.evalSync("return redis.call('GET', 'k')"), 'v');
    rm.dispose();
    throws(() => Redmoon.createSync({ wasm: module, keyspace: { commands: [['NOPE']] } }), /unknown command/);
    throws(() => Redmoon.createSync({ wasm: new Uint8Array([1, 2, 3]) }), WebAssembly.CompileError);
  },

  async 'figures of memory'({ create }) {
    const rm = await create();
    const before = rm.memory();
    equal(Object.keys(before), ['used', 'peak', 'limit', 'collections', 'scripts', 'inFlight', 'wasm']);
    ok(Object.values(before).every(Number.isSafeInteger));
    equal(before.limit, 256 << 20);
    await rm.eval("local t = {} for i = 1, 100000 do t[i] = {i} end return #t");
    const after = rm.memory();
    ok(after.peak > before.peak, 'peak');
    rm.collectGarbage();
    ok(rm.memory().collections > before.collections, 'collections');
    ok(rm.memory().used < before.used * 2, `${rm.memory().used} after ${before.used}`);
  },

  async 'maxmemory of the keyspace'({ create }) {
    const rm = await create({ keyspace: { maxmemory: '2mb' } });
    rm.call('SET', 'a', 'x'.repeat(1000));
    throws(() => { for (let at = 0; at < 5_000; at++) rm.call('SET', `k${at}`, 'x'.repeat(1000)); }, { code: 'OOM' });
    await rejects(rm.eval("return redis.call('SET', 'b', 'x')"), { code: 'OOM' });
    equal(rm.call('GET', 'a').length, 1000);
  },

  async 'small calls over and over leave nothing behind'({ create }) {
    const rm = await create();
    const round = async () => {
      for (let at = 0; at < 2_000; at++) rm.evalSync('return {KEYS[1], ARGV[1]}', { keys: ['k'], args: [at] });
      for (let at = 0; at < 200; at++) await rm.eval(`error('x')`).catch(() => {});
      rm.luaSync("for i = 1, 1000 do redis.call('SET', 'k', i) end");
      rm.collectGarbage();
      return rm.memory();
    };
    await round();
    const before = await round();
    for (let at = 0; at < 5; at++) await round();
    const after = await round();
    ok(Math.abs(after.used - before.used) <= before.used / 100, `${before.used} became ${after.used}`);
    ok(after.wasm <= before.wasm + 2 * 65_536, `${before.wasm} bytes of WebAssembly memory became ${after.wasm}`);
  },
};
