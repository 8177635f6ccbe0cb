// Limits, and ending a script from outside.

import { equal, ok, rejects, sleep, throws } from './assert.mjs';

const LOOP = 'while true do end';

export const specs = {
  async 'fuel ends a script'({ create }) {
    const rm = await create({ limits: { fuel: 10_000 } });
    const error = await rejects(rm.eval(`local x\n${LOOP}`), { kind: 'fuel', isLimit: true, code: 'ERR' });
    ok(error.message.length > 0);
    throws(() => rm.evalSync(LOOP), { kind: 'fuel' });
    await rejects(rm.eval(`pcall(function() ${LOOP} end) return 'caught'`), { kind: 'fuel' });
    await rejects(rm.lua(LOOP), { kind: 'fuel' });
    equal(await rm.eval('local n = 0 for i = 1, 20000 do n = n + i end return n', { limits: { fuel: 1_000_000 } }), 200_010_000, 'more for one call');
    equal(await rm.eval('return 1', { limits: { fuel: Infinity } }), 1);
    await rejects(rm.eval('for i = 1, 1000 do end', { limits: { fuel: 100 } }), { kind: 'fuel' });
    equal(rm.memory().inFlight, 0);
  },

  async 'the same script uses the same fuel'({ create }) {
    const rm = await create();
    const script = "local t = {} for i = 1, 1000 do t[i] = tostring(i) end table.sort(t) return table.concat(t)";
    await rm.eval(script);
    const first = rm.fuelUsed;
    ok(first > 1_000, `${first}`);
    rm.evalSync(script);
    equal(rm.fuelUsed, first);
  },

  async 'memory ends a script'({ create }) {
    const rm = await create({ limits: { memory: '8mb' } });
    const hog = "local t = {} for i = 1, 1e7 do t[i] = 'x' .. i end return #t";
    const error = await rejects(rm.eval(hog), /not enough memory/);
    ok(['memory', 'script'].includes(error.kind), error.kind);
    throws(() => rm.evalSync("return ('x'):rep(1e9)"), /not enough memory/);
    await rejects(rm.lua(hog), /not enough memory/);
    equal(await rm.eval('return 1'), 1);
    rm.collectGarbage();
    ok(rm.memory().used < 2 << 20, `${rm.memory().used} bytes`);
  },

  async 'time ends a script'({ create }) {
    const rm = await create({ limits: { timeMs: 50 } });
    const began = performance.now();
    const error = await rejects(rm.eval(`local x\n${LOOP}`), { kind: 'time', isLimit: true, line: 2, code: 'ERR' });
    ok(performance.now() - began < 2_000, 'it took too long');
    ok(error.excerpt?.includes(`> 2 | ${LOOP}`), error.excerpt);
    throws(() => rm.evalSync(LOOP), { kind: 'time' });
    await rejects(rm.lua(LOOP, { limits: { timeMs: 20 } }), { kind: 'time', message: /20 ms/ });
    throws(() => rm.call('EVAL', LOOP, 0), { kind: 'time' });
    equal(await rm.eval('local n = 0 for i = 1, 3e6 do n = n + 1 end return n', { limits: { timeMs: Infinity } }), 3e6);
    equal(rm.memory().inFlight, 0);
  },

  async 'what a host takes does not count as time'({ create }) {
    const rm = await create({ limits: { timeMs: 200 }, host: () => sleep(300).then(() => 'late') });
    equal(await rm.eval("return redis.call('GET', 'x')"), 'late');
  },

  async 'limits that are none'({ create }) {
    await rejects(create({ limits: { memory: 'much' } }), TypeError);
    await rejects(create({ limits: { fuel: -1 } }), TypeError);
    await rejects(create({ limits: { fuel: NaN } }), TypeError);
    await rejects(create({ limits: { memory: NaN } }), TypeError);
    await rejects(create({ limits: { timeMs: NaN } }), TypeError);
    const rm = await create({ limits: { memory: Infinity } });
    ok(rm.memory().limit > 4e9, `${rm.memory().limit}`);
    await rejects(rm.eval('return 1', { limits: { fuel: -5 } }), TypeError);
    await rejects(rm.eval('return 1', { limits: { timeMs: -5 } }), TypeError);
    await rejects(rm.eval(LOOP, { limits: { fuel: 0 } }), { kind: 'fuel' });
    for (const [size, wanted] of [[4 << 20, 4 << 20], ['4mb', 4 << 20], ['4096kb', 4 << 20], ['0.5gb', 1 << 29], ['4194304', 4 << 20], ['4 MB', 4 << 20]]) {
      equal((await create({ limits: { memory: size } })).memory().limit, wanted, String(size));
    }
  },

  async 'an instance needs some memory'({ create }) {
    await rejects(create({ limits: { memory: 1_000 } }), { kind: 'memory', message: /memory/ });
  },

  async 'a signal that is aborted before'({ create }) {
    const rm = await create();
    const signal = AbortSignal.abort(new Error('stop'));
    await rejects(rm.eval('return 1', { signal }), 'stop');
    await rejects(rm.lua('return 1', { signal }), 'stop');
    throws(() => rm.evalSync('return 1', { signal }), 'stop');
    equal(await rm.eval('return 1'), 1);
  },

  async 'a signal during a computation'({ create }) {
    const rm = await create({ limits: { timeMs: Infinity } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const error = await rejects(rm.eval(LOOP, { signal: controller.signal }), { name: 'AbortError' });
    ok(error === controller.signal.reason);
    await rejects(rm.lua(LOOP, { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' });
    equal(await rm.eval('return 1'), 1);
    equal(rm.memory().inFlight, 0);
  },

  async 'a signal during the wait for a host'({ create }) {
    const rm = await create({ host: () => new Promise(() => {}) });
    const controller = new AbortController();
    const run = rm.eval("pcall(redis.call, 'GET', 'x') return 'caught'", { signal: controller.signal });
    await sleep(5);
    equal(rm.memory().inFlight, 1);
    controller.abort(new Error('enough'));
    await rejects(run, 'enough');
    equal(rm.memory().inFlight, 0);
    // One that is not aborted is left alone, without listeners.
    const host = await create({ host: async () => 'fine' });
    equal(await host.eval("return redis.call('GET', 'x')", { signal: new AbortController().signal }), 'fine');
  },

  async 'a signal while waiting for its turn'({ create }) {
    const rm = await create({ limits: { timeMs: Infinity } });
    const first = new AbortController();
    const second = new AbortController();
    const running = rm.eval(LOOP, { signal: first.signal });
    const waiting = rm.eval('return 1', { signal: second.signal });
    const third = rm.eval('return 3');
    second.abort(new Error('second'));
    setTimeout(() => first.abort(new Error('first')), 20);
    await rejects(running, 'first');
    await rejects(waiting, 'second');
    equal(await third, 3);
  },

  async 'a long script lets the page go on'({ create }) {
    const rm = await create({ limits: { timeMs: 120 } });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await rejects(rm.eval(LOOP), { kind: 'time' });
    clearInterval(timer);
    ok(ticks >= 1, `${ticks} ticks`);
  },
};
