// Scripts, functions and commands of one's own.

import { bytes, equal, ok, rejects, throws } from './assert.mjs';

const INCR = "return redis.call('INCRBY', KEYS[1], ARGV[1])";
const SHA_OF_RETURN_1 = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';
const LIBRARY = `#!lua name=lib
redis.register_function('twice', function(keys, args) return args[1] * 2 end)
redis.register_function{function_name='look', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}}
redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)`;

export const specs = {
  async 'eval and evalSync run scripts with keys and arguments'({ create }) {
    const rm = await create();
    equal(await rm.eval('return {KEYS[1], ARGV[1], #KEYS, #ARGV}', { keys: ['k'], args: ['a'] }), ['k', 'a', 1, 1]);
    equal(rm.evalSync(INCR, { keys: ['n'], args: [5] }), 5);
    equal(rm.evalSync(INCR, { keys: ['n'], arguments: [5] }), 10);
    equal(rm.call('GET', 'n'), '10');
    equal(await rm.eval(new TextEncoder().encode('return 1')), 1);
    equal(await rm.eval(''), null);
  },

  async 'evalsha runs what scriptLoad has loaded, and eval too'({ create }) {
    const rm = await create();
    await rejects(rm.evalsha(SHA_OF_RETURN_1), { kind: 'command', code: 'NOSCRIPT', message: 'NOSCRIPT No matching script. Please use EVAL.' });
    throws(() => rm.evalshaSync(SHA_OF_RETURN_1), { code: 'NOSCRIPT' });
    equal(rm.scriptLoad('return 1'), SHA_OF_RETURN_1);
    equal(await rm.evalsha(SHA_OF_RETURN_1), 1);
    equal(rm.evalshaSync(SHA_OF_RETURN_1.toUpperCase()), 1);
    throws(() => rm.scriptLoad('return ('), { code: 'ERR' });
    equal(rm.call('SCRIPT', 'EXISTS', SHA_OF_RETURN_1), [1]);
    equal(rm.memory().scripts, 1);
  },

  async 'script() gives a script to call again and again'({ create }) {
    const rm = await create();
    const script = rm.script(INCR);
    ok(/^[0-9a-f]{40}$/.test(script.sha1), script.sha1);
    equal(await script.run(['n'], [2]), 2);
    equal(script.runSync(['n'], [3]), 5);
    await rejects(script.runReadOnly(['n'], [3]), 'Write commands are not allowed from read-only scripts');
    rm.call('SCRIPT', 'FLUSH');
    equal(await script.run(['n'], [2]), 7, 'after SCRIPT FLUSH');
    equal(script.source, INCR);
  },

  async 'functions are loaded and called'({ create }) {
    const rm = await create();
    equal(rm.functionLoad(LIBRARY), 'lib');
    throws(() => rm.functionLoad(LIBRARY), "ERR Library 'lib' already exists");
    equal(rm.functionLoad(LIBRARY, { replace: true }), 'lib');
    equal(await rm.fcall('twice', { args: [21] }), 42);
    equal(rm.fcallSync('put', { keys: ['k'], args: ['v'] }), 'OK');
    equal(await rm.fcall('look', { keys: ['k'], readOnly: true }), 'v');
    await rejects(rm.fcall('put', { keys: ['k'], args: ['v'], readOnly: true }), 'Can not execute a script with write flag using *_ro command.');
    await rejects(rm.fcall('none'), { message: 'ERR Function not found', kind: 'command' });
    throws(() => rm.functionLoad('return 1'), 'ERR Missing library metadata');
  },

  async 'defineCommand with a number of keys'({ create }) {
    const rm = await create();
    const add = rm.defineCommand('add', { numberOfKeys: 1, lua: INCR });
    equal(await rm.add('n', 3), 3);
    equal(await add('n', 4n), 7);
    equal(await rm.add(['n', 1]), 8, 'an array, as ioredis takes it');
    const look = rm.defineCommand('look', { numberOfKeys: 1, lua: INCR, readOnly: true });
    await rejects(look('n', 1), 'Write commands are not allowed from read-only scripts');
    rm.defineCommand('add', { numberOfKeys: 0, lua: 'return ARGV' });
    equal(await rm.add('x', 'y'), ['x', 'y'], 'defined anew');
    throws(() => rm.defineCommand('eval', { lua: 'return 1' }), TypeError);
  },

  async 'defineCommand without a number of keys'({ create }) {
    const rm = await create();
    const all = rm.defineCommand('all', { lua: 'return {KEYS, ARGV}' });
    equal(await all(1, 'k', 'a', 'b'), [['k'], ['a', 'b']]);
    equal(await all('2', 'k', 'l'), [['k', 'l'], []]);
    equal(await all(0), [[], []]);
    for (const wrong of [[], ['x'], [2, 'k'], [-1], [1.5, 'k', 'l']]) await rejects(all(...wrong), { code: 'ERR' });
  },

  async 'commands run on the keyspace'({ create }) {
    const rm = await create({ keyspace: { commands: [['SET', 'a', 1], ['RPUSH', 'l', 'x', 'y']] } });
    equal(rm.call('GET', 'a'), '1');
    equal(rm.call(['LRANGE', 'l', 0, -1], { bytes: true }), [bytes(0x78), bytes(0x79)]);
    equal(rm.call('set', 'b', bytes(0, 255)), 'OK');
    equal(rm.call(['GET', 'b'], { bytes: true }), bytes(0, 255));
    equal(rm.call(['INCR', 'a'], { integers: 'bigint' }), 2n);
    equal(rm.call('GET', 'none'), null);
    throws(() => rm.call('NOPE', 'x'), { kind: 'command', code: 'ERR', message: /^ERR unknown command 'NOPE'/ });
    throws(() => rm.call('LPUSH', 'a', 1), { code: 'WRONGTYPE' });
    throws(() => rm.call('GET'), "wrong number of arguments for 'get' command");
    throws(() => rm.call([]), { kind: 'command' });
    throws(() => rm.call(), TypeError);
    equal(rm.call('EVAL', 'return ARGV[1]', 0, 'x'), 'x');
    equal(rm.call('MULTI'), 'OK');
    equal(rm.call('INCR', 'a'), 'QUEUED');
    equal(rm.call('EVAL', "return redis.call('INCR', KEYS[1])", 1, 'a'), 'QUEUED');
    equal(rm.call('EXEC'), [3, 4]);
    rm.call('MULTI');
    rm.call('DISCARD');
    equal(rm.call('eval', 'return {KEYS, ARGV}', '1', 'k', 'a'), [['k'], ['a']]);
    equal(rm.call(['EVAL', 'return 1', 0], { integers: 'bigint' }), 1n);
    throws(() => rm.call('EVAL', 'return 1', 1), "ERR Number of keys can't be greater than number of args");
    throws(() => rm.call('EVAL', 'return 1', -1), "ERR Number of keys can't be negative");
    throws(() => rm.call('EVAL', 'return 1', 'x'), 'ERR value is not an integer or out of range');
    throws(() => rm.call('EVAL'), "ERR wrong number of arguments for 'eval' command");
    throws(() => rm.call('EVALSHA', '0'.repeat(40), 0), { code: 'NOSCRIPT' });
    throws(() => rm.call('EVAL_RO', "return redis.call('SET', 'x', 1)", 0), /Write commands are not allowed from read-only scripts/);
    throws(() => rm.call('constructor'), /unknown command/);
  },

  async 'what is no string, bytes or number is refused'({ create }) {
    const rm = await create();
    for (const wrong of [null, undefined, true, {}, [], () => 1, Symbol('s'), new Date()]) {
      throws(() => rm.evalSync('return 1', { args: [wrong] }), TypeError);
      throws(() => rm.evalSync('return 1', { keys: [wrong] }), TypeError);
      throws(() => rm.call('SET', 'k', wrong), TypeError);
      await rejects(rm.eval(wrong), TypeError);
    }
    await rejects(rm.eval('return 1', { keys: 'k' }), TypeError);
    await rejects(rm.eval('return 1', { args: 5 }), TypeError);
    equal(await rm.eval('return 1'), 1, 'afterwards');
    equal(rm.memory().inFlight, 0);
  },

  async 'a seed makes everything random the same'({ create }) {
    const script = "return {math.random(1000000), math.random(1000000), redis.call('SRANDMEMBER', 's')}";
    const commands = [['SADD', 's', ...Array.from({ length: 100 }, (_, at) => at)]];
    const [a, b] = [await create({ seed: 7, keyspace: { commands } }), await create({ seed: 7, keyspace: { commands } })];
    equal(await a.eval(script), await b.eval(script));
    await create({ seed: -1.5 });
  },

  async 'now is the clock'({ create }) {
    let now = 1_700_000_000_123;
    const rm = await create({ now: () => now });
    equal(await rm.eval("return redis.call('TIME')"), ['1700000000', '123000']);
    rm.call('SET', 'k', 'v', 'PX', 100);
    now += 99;
    equal(rm.call('GET', 'k'), 'v');
    now += 2;
    equal(rm.call('GET', 'k'), null);
  },

  async 'log gets the lines of redis.log'({ create }) {
    const lines = [];
    const rm = await create({ log: (level, message) => lines.push([level, message]) });
    await rm.eval("for level = 0, 3 do redis.log(level, 'line ' .. level) end redis.log(redis.LOG_WARNING, 'a', 'b')");
    equal(lines.slice(-1), [['warning', 'a b']]);
    equal(lines.filter(([, text]) => text === 'line 3'), [['warning', 'line 3']]);
    rm.call('EVAL', "redis.log(redis.LOG_WARNING, 'from call')", 0);
    equal(lines.at(-1), ['warning', 'from call']);
  },
};
