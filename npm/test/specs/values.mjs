// What goes in and what comes out.

import { bytes, equal, ok, rejects, throws, utf8 } from './assert.mjs';

const ALL = Uint8Array.from({ length: 256 }, (_, at) => at);
const MB = 1 << 20;

export const specs = {
  async 'strings, bytes and numbers are taken as they are written'({ create }) {
    const rm = await create();
    const args = ['', 'text', bytes(0, 1, 255), 1, -1, 0, 1.5, 1e21, 2 ** 53, 123456789012345678901234567890n, NaN, Infinity, 0.1];
    const wanted = ['', 'text', bytes(0, 1, 255), '1', '-1', '0', '1.5', '1e+21', '9007199254740992', '123456789012345678901234567890', 'NaN', 'Infinity', '0.1'];
    const asBytes = wanted.map((value) => (typeof value === 'string' ? utf8(value) : value));
    equal(await rm.eval('return ARGV', { args, bytes: true }), asBytes);
    equal(await rm.eval('return KEYS', { keys: args, bytes: true }), asBytes);
    if (typeof Buffer === 'function') {
      equal(await rm.eval('return ARGV[1]', { args: [Buffer.from([1, 2, 254])], bytes: true }), bytes(1, 2, 254));
      ok(!Buffer.isBuffer(await rm.eval('return ARGV[1]', { args: [Buffer.from('x')], bytes: true })), 'a Buffer came back');
    }
    // A view of a part of a buffer.
    equal(await rm.eval('return ARGV[1]', { args: [ALL.subarray(10, 13)], bytes: true }), bytes(10, 11, 12));
  },

  async 'every byte goes through'({ create }) {
    const rm = await create();
    equal(await rm.eval('return ARGV[1]', { args: [ALL], bytes: true }), ALL);
    equal(await rm.eval('return #ARGV[1]', { args: [ALL] }), 256);
    for (let at = 0; at < 256; at++) equal(rm.evalSync('return ARGV[1]:byte()', { args: [bytes(at)] }), at);
    rm.call('SET', ALL, ALL);
    equal(rm.call(['GET', ALL], { bytes: true }), ALL);
    equal(await rm.eval(Uint8Array.from([...utf8('return "'), 0, 255, 254, 128, ...utf8('"')]), { bytes: true }), bytes(0, 255, 254, 128));
    equal(await rm.eval('return "a\\0b"'), 'a\0b');
  },

  async 'text is UTF-8, whatever it is'({ create }) {
    const rm = await create();
    const texts = ['é', '€', '😀', 'a😀b'.repeat(40), '\ufeffbom', '\ufeff', '\ufffd', '\0', 'ß'.repeat(30_000), '€'.repeat(70_000), `${'a'.repeat(47)}é`];
    for (const text of texts) {
      equal(await rm.eval('return ARGV[1]', { args: [text] }), text);
      equal(await rm.eval('return ARGV[1]', { args: [text], bytes: true }), utf8(text));
      equal((await rm.lua(`return "${text.replace('\0', '\\0')}"`)).values, [text]);
    }
    equal(await rm.eval('return ARGV[1]', { args: ['a\ud800b'] }), 'a\ufffdb', 'a lone surrogate');
    equal(await rm.eval('return ARGV[1]', { args: ['\udc00'.repeat(60)] }), '\ufffd'.repeat(60), 'lone surrogates');
    equal(await rm.eval('return "a\\255b"'), 'a\ufffdb', 'what is no UTF-8 is replaced in text');
    equal(await rm.eval('return "a\\255b"', { bytes: true }), bytes(97, 255, 98));
  },

  async 'lengths around the buffer and the fast paths'({ create }) {
    const rm = await create();
    for (const size of [0, 1, 23, 24, 47, 48, 49, 4095, 21_000, 65_518, 65_530, 65_536, 65_537, 131_072, 1_048_577]) {
      const text = 'x'.repeat(size);
      equal(await rm.eval('return {#ARGV[1], ARGV[1]}', { args: [text] }), [size, text]);
      equal((await rm.eval('return ARGV[1]', { args: [new Uint8Array(size).fill(200)], bytes: true })).length, size);
    }
    const many = Array.from({ length: 5_000 }, (_, at) => `argument ${at}`);
    equal(await rm.eval('return ARGV', { args: many }), many);
    equal(await rm.eval('return {KEYS[5000], ARGV[5000]}', { keys: many, args: many }), ['argument 4999', 'argument 4999']);
  },

  async 'values of 100 MB, and a clear error beyond the limit'({ create }) {
    const rm = await create({ limits: { memory: '512mb' } });
    const large = new Uint8Array(100 * MB).fill(7);
    large[99 * MB] = 8;
    const back = await rm.eval('return ARGV[1]', { args: [large], bytes: true });
    equal([back.length, back[0], back[99 * MB], back[100 * MB - 1]], [100 * MB, 7, 8, 7]);
    rm.call('SET', 'large', large);
    equal(await rm.eval("return #redis.call('GET', KEYS[1])", { keys: ['large'] }), 100 * MB);
    equal(rm.call('STRLEN', 'large'), 100 * MB);
    rm.call('DEL', 'large');
    // With less memory the same value is refused, and all goes on.
    const small = await create({ limits: { memory: '32mb' } });
    await rejects(small.eval('return 1', { args: [large] }), { kind: 'memory', message: /not enough memory/ });
    await rejects(small.eval("return string.rep('x', 1e8)"), /not enough memory/);
    equal(await small.eval('return 1'), 1);
    equal(small.memory().inFlight, 0);
  },

  async 'replies in RESP2'({ create }) {
    const rm = await create();
    const script = "return {1, 'a', true, false, {ok='FINE'}, 3.99, {}, nil, 5}";
    equal(await rm.eval(script), [1, 'a', 1, null, 'FINE', 3, []]);
    equal(await rm.eval('return {double=3.5}'), '3.5');
    equal(await rm.eval("redis.setresp(3) redis.call('HSET', 'h', 'f', 'v') return redis.call('HGETALL', 'h')"), ['f', 'v']);
    equal(rm.call('HGETALL', 'h'), ['f', 'v']);
    equal(await rm.eval('return nil'), null);
    equal(await rm.eval('return false'), null);
  },

  async 'replies in RESP3'({ create }) {
    const rm = await create({ resp: 3 });
    equal(await rm.eval('return {double=3.5}'), 3.5);
    equal(await rm.eval('return {double=0/0}'), NaN);
    equal(await rm.eval('return {double=-1/0}'), -Infinity);
    equal(await rm.eval("return {map={a=1}}"), new Map([['a', 1]]));
    equal(await rm.eval("return {set={a=true}}"), new Set(['a']));
    equal(await rm.eval("redis.setresp(3) return true"), true);
    equal(await rm.eval("redis.setresp(3) return false"), false);
    equal(await rm.eval("return {big_number='123456789012345678901234567890'}"), 123456789012345678901234567890n);
    equal(await rm.eval("return {verbatim_string={format='txt', string='hi'}}"), 'hi');
    equal(await rm.eval("return {verbatim_string={format='txt', string='hi'}}", { bytes: true }), utf8('hi'));
    rm.call('HSET', 'h', 'f', 'v');
    equal(rm.call('HGETALL', 'h'), new Map([['f', 'v']]));
    equal(await rm.eval("redis.setresp(3) return redis.call('HGETALL', 'h')"), new Map([['f', 'v']]));
    equal(await rm.eval("redis.setresp(3) return redis.call('HGETALL', 'h')", { resp: 2 }), ['f', 'v'], 'for one call');
    const two = await create();
    equal(await two.eval('return {double=3.5}', { resp: 3 }), 3.5);
  },

  async 'integers as numbers or bigints'({ create }) {
    const rm = await create();
    const script = 'return {1, 9007199254740991, 9007199254740992, -9007199254740991, -9007199254740992, -9007199254740994, 2^62, -2^63}';
    equal(await rm.eval(script), [1, 9007199254740991, 9007199254740992n, -9007199254740991, -9007199254740992, -9007199254740994n, 2n ** 62n, -(2n ** 63n)]);
    equal(await rm.eval(script, { integers: 'bigint' }), [1n, 9007199254740991n, 9007199254740992n, -9007199254740991n, -9007199254740992n, -9007199254740994n, 2n ** 62n, -(2n ** 63n)]);
    equal(await rm.eval(script, { integers: 'number' }), [1, 9007199254740991, 9007199254740992, -9007199254740991, -9007199254740992, -9007199254740994, 2 ** 62, -(2 ** 63)]);
    const all = await create({ integers: 'bigint', bytes: true });
    equal(await all.eval("return {1, 'a'}"), [1n, bytes(97)]);
    equal(await all.eval("return {1, 'a'}", { integers: 'auto', bytes: false }), [1, 'a']);
    all.call('SET', 'n', '9223372036854775806');
    equal(all.call('INCR', 'n'), 9223372036854775807n);
    equal(all.scriptLoad('return 1').length, 40);
  },

  async 'errors inside replies are values'({ create, RedmoonError }) {
    const rm = await create();
    const [ok_, error] = await rm.eval("return {1, redis.error_reply('MINE no')}");
    equal(ok_, 1);
    ok(error instanceof RedmoonError);
    equal([error.message, error.code, error.kind], ['MINE no', 'MINE', 'command']);
  },

  async 'replies nested thousands deep'({ create }) {
    const rm = await create();
    const depth = 5_000;
    let reply = await rm.eval(`local t = 'core' for i = 1, ${depth} do t = {t} end return t`).catch((error) => error);
    // Redis has a limit of its own; what comes is a reply or its error, never a broken instance.
    let found = 0;
    while (Array.isArray(reply)) {
      reply = reply[0];
      found++;
    }
    ok(found === depth || reply instanceof Error, `found ${found} levels`);
    equal(await rm.eval('return 1'), 1);
    const { values } = await rm.lua('local t = {} for i = 1, 900 do t = {t} end return t');
    let level = values[0];
    for (let at = 0; at < 900; at++) level = level[0];
    equal(level, []);
    ok((await rm.lua('local t = {} t[1] = t return t')).values[0].startsWith('table: '), 'what has no value is told by its text');
  },

  async 'what a host replies may be nested thousands deep'({ create }) {
    let nested = 'core';
    for (let at = 0; at < 5_000; at++) nested = [nested];
    const rm = await create({ host: () => nested });
    const script = "local t, n = redis.call('GET', 'x'), 0 while type(t) == 'table' do t = t[1] n = n + 1 end return {n, t}";
    equal(await rm.eval(script), [5_000, 'core']);
    const cyclic = [];
    cyclic.push(cyclic);
    const other = await create({ host: () => cyclic });
    await rejects(other.eval("return redis.call('GET', 'x')"), 'nested too deeply, or holds itself');
    throws(() => other.evalSync("return redis.call('GET', 'x')"), 'nested too deeply, or holds itself');
  },

  async 'a large reply of many values'({ create }) {
    const rm = await create();
    const reply = await rm.eval("local t = {} for i = 1, 200000 do t[i] = i % 2 == 0 and i or 's' .. i end return t");
    equal([reply.length, reply[0], reply[1], reply[199_999]], [200_000, 's1', 2, 200_000]);
  },
};
