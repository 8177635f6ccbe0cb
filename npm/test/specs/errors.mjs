// What goes wrong, and what is said about it.

import { equal, fits, ok, rejects, throws } from './assert.mjs';

const SHA = /^ERR .* script: [0-9a-f]{40}, on @user_script:\d+\.$/;

export const specs = {
  async 'an error of a script knows where it happened'({ create, RedmoonError }) {
    const rm = await create();
    const script = "local a = 1\nlocal function inner()\n  error('no luck')\nend\ninner()\nreturn a";
    const error = await rejects(rm.eval(script), { kind: 'script', line: 3, chunk: '@user_script', name: 'RedmoonError' });
    ok(error instanceof RedmoonError && error instanceof Error);
    fits(error, { message: /^ERR user_script:3: no luck script: [0-9a-f]{40}, on @user_script:3\.$/ });
    equal(error.code, 'ERR');
    equal(error.excerpt, "  1 | local a = 1\n  2 | local function inner()\n> 3 |   error('no luck')\n  4 | end");
    ok(/inner/.test(error.traceback) && /user_script:5/.test(error.traceback), error.traceback);
    equal(error.isLimit, false);
    equal(throws(() => rm.evalSync(script), 'no luck').excerpt, error.excerpt);
  },

  async 'errors that scripts return'({ create }) {
    const rm = await create();
    await rejects(rm.eval("return redis.error_reply('SOLDOUT none left')"), { message: 'SOLDOUT none left', code: 'SOLDOUT', kind: 'script' });
    await rejects(rm.eval("return {err='MINE x'}"), { message: 'MINE x', code: 'MINE' });
    await rejects(rm.eval("error({err='MINE x'})"), { code: 'MINE', kind: 'script' });
    await rejects(rm.eval('error(nil)'), { kind: 'script' });
    await rejects(rm.eval('error({})'), { kind: 'script' });
    await rejects(rm.eval('error("\\255\\0")'), { kind: 'script' });
  },

  async 'errors of commands inside scripts'({ create }) {
    const rm = await create();
    rm.call('SET', 's', 'x');
    const error = await rejects(rm.eval("local x\nreturn redis.call('LPUSH', KEYS[1], 1)", { keys: ['s'] }), { code: 'WRONGTYPE', line: 2 });
    fits(error, /^WRONGTYPE Operation against a key holding the wrong kind of value script: [0-9a-f]{40}, on @user_script:2\.$/);
    await rejects(rm.eval("return redis.call('NOPE')"), SHA);
    equal(await rm.eval("return redis.pcall('NOPE')['err'] ~= nil"), 1);
    await rejects(rm.eval("return redis.pcall('LPUSH', 's', 1)"), { code: 'WRONGTYPE', kind: 'script' });
  },

  async 'scripts that do not compile'({ create }) {
    const rm = await create();
    const error = await rejects(rm.eval('local a = 1\nlocal b = = 2\nreturn a'), { kind: 'compile', line: 2, code: 'ERR' });
    fits(error, /^ERR Error compiling script \(new function\): user_script:2: unexpected symbol near '='/);
    equal(error.excerpt, '  1 | local a = 1\n> 2 | local b = = 2\n  3 | return a');
    throws(() => rm.scriptLoad('x ='), /compiling/);
    await rejects(rm.lua('x = = 1', { name: 'prog' }), { kind: 'compile', line: 1, message: /prog:1: unexpected symbol/ });
    throws(() => rm.luaSync('x ='), { kind: 'compile' });
    await rejects(rm.eval('\x1bLua'), { kind: 'compile' });
    await rejects(rm.eval(`return ${'('.repeat(500)}1${')'.repeat(500)}`), { kind: 'compile', message: /too many syntax levels/ });
  },

  async 'errors of functions'({ create }) {
    const rm = await create();
    rm.functionLoad("#!lua name=lib\nredis.register_function('bad', function()\n  error('oh')\nend)");
    const error = await rejects(rm.fcall('bad'), { kind: 'script', message: /oh/ });
    ok(error.line === 3 || error.line === undefined, `line ${error.line}`);
    throws(() => rm.fcallSync('bad'), /oh/);
  },

  async 'errors of programs'({ create }) {
    const rm = await create();
    const error = await rejects(rm.lua("local t = nil\nprint('so far')\nprint(t.x)", { name: 'game' }), { kind: 'script', line: 3 });
    fits(error, "game:3: attempt to index local 't' (a nil value)");
    equal(error.excerpt, "  1 | local t = nil\n  2 | print('so far')\n> 3 | print(t.x)");
    await rejects(rm.lua('error({code=1})'), { kind: 'script' });
  },

  async 'an excerpt is short and stays within the script'({ create }) {
    const rm = await create();
    const one = await rejects(rm.eval('error("x")'), /x/);
    equal(one.excerpt, '> 1 | error("x")');
    const long = await rejects(rm.eval(`local s = "${'y'.repeat(500)}" error(s)`), /yyy/);
    ok(long.excerpt.length < 140, `${long.excerpt.length} characters`);
    const many = await rejects(rm.eval(`${'\n'.repeat(99)}error("x")`), { line: 100 });
    equal(many.excerpt, '   98 |\n   99 |\n> 100 | error("x")'.replace(/^ {3}/gm, '   '));
    equal((await rejects(rm.eval('local a\r\nerror("x")\r\nreturn a'), { line: 2 })).excerpt, '  1 | local a\n> 2 | error("x")\n  3 | return a');
  },
};
