// Scripts on the keyspace are atomic: they take turns.

import { equal, ok, rejects, sleep, throws } from './assert.mjs';

// Long enough to be put aside for others several times.
const LONG = "local n = tonumber(redis.call('GET', 'n') or 0) for i = 1, 3000000 do end redis.call('SET', 'n', n + 1) return n + 1";

export const specs = {
  async 'scripts that are started together run one after the other'({ create }) {
    const rm = await create();
    equal(await Promise.all([rm.eval(LONG), rm.eval(LONG), rm.eval(LONG), rm.eval(LONG)]), [1, 2, 3, 4]);
    equal(rm.call('GET', 'n'), '4');
  },

  async 'functions and programs stand in the same line'({ create }) {
    const rm = await create();
    rm.functionLoad("#!lua name=lib\nredis.register_function('f', function() return redis.call('INCR', 'n') end)");
    const [a, b, c, d] = await Promise.all([rm.eval(LONG), rm.fcall('f'), rm.lua("return redis.call('INCR', 'n')"), rm.evalsha(rm.script("return redis.call('INCR', 'n')").sha1).catch((error) => error)]);
    equal([a, b, c.values, d], [1, 2, [3], 4]);
  },

  async 'an error does not hold up the line'({ create }) {
    const rm = await create();
    const results = await Promise.allSettled([rm.eval('error("a")'), rm.eval('return 1'), rm.eval('x ='), rm.lua('error("b")'), rm.eval('return 2')]);
    equal(results.map(({ status }) => status), ['rejected', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
  },

  async 'calls that cannot wait are told that it is busy'({ create }) {
    const rm = await create({ limits: { timeMs: Infinity } });
    const controller = new AbortController();
    const running = rm.eval('while true do end', { signal: controller.signal });
    await sleep(20);
    const busy = { code: 'BUSY', kind: 'command' };
    throws(() => rm.call('GET', 'x'), busy);
    throws(() => rm.evalSync('return 1'), busy);
    throws(() => rm.luaSync('return 1'), busy);
    throws(() => rm.fcallSync('f'), busy);
    throws(() => rm.scriptLoad('return 1'), busy);
    equal(rm.memory().inFlight, 1);
    controller.abort(new Error('stop'));
    await rejects(running, 'stop');
    equal(rm.evalSync('return 1'), 1);
  },

  async 'scripts of a host of its own do not wait for one another'({ create }) {
    let open;
    const gate = new Promise((resolve) => (open = resolve));
    const rm = await create({ host: ([, key]) => (key === 'slow' ? gate : key) });
    const slow = rm.eval("return redis.call('GET', 'slow')");
    equal(await rm.eval("return redis.call('GET', 'quick')"), 'quick');
    equal(rm.evalSync("return redis.call('GET', 'sync')"), 'sync');
    equal(rm.luaSync("return redis.call('GET', 'sync')").values, ['sync']);
    equal(rm.call('SET', 'k', 'v'), 'OK');
    open('slow at last');
    equal(await slow, 'slow at last');
  },

  async 'a thousand in line'({ create }) {
    const rm = await create();
    const results = await Promise.all(Array.from({ length: 1_000 }, () => rm.eval("return redis.call('INCR', 'n')")));
    equal(results, Array.from({ length: 1_000 }, (_, at) => at + 1));
    ok(rm.memory().inFlight === 0);
  },
};
