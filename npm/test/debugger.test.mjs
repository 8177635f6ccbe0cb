// Stepping, inspecting, checking and listing, as an editor does.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redmoon, RedmoonError } from '../dist/esm/node.js';

const script = `local total = 0
local function add(n)
  total = total + n
  return total
end
for i = 1, 2 do
  add(i)
end
redis.call('SET', KEYS[1], total)
return total`;

test('a script is stepped through line by line', () => {
  const rm = Redmoon.createSync({ tools: true });
  const session = rm.debug(script, { keys: ['k'], args: ['a'] });
  const lines = [];
  let state = session.step('into');
  while (state.state === 'paused') {
    lines.push(state.line);
    state = session.step('into');
  }
  assert.deepEqual(lines, [1, 5, 6, 7, 3, 4, 6, 7, 3, 4, 6, 9, 10]);
  assert.deepEqual(state, { state: 'done', value: 3 });
  assert.equal(session.isActive, false);
  assert.equal(rm.call('GET', 'k'), '3');
  const fuel = rm.fuelUsed;
  // The same work without a debugger.
  rm.evalSync(script, { keys: ['k'], args: ['a'] });
  assert.equal(rm.fuelUsed, fuel);
});

test('over, out, continue and breakpoints', () => {
  const rm = Redmoon.createSync({ tools: true });
  const session = rm.debug(script, { keys: ['k'], breakpoints: [4] });
  assert.deepEqual(session.step('continue'), { state: 'paused', reason: 'breakpoint', line: 4 });
  // The line that called has nothing left to do: the loop comes next.
  assert.equal(session.step('out').line, 6);
  session.setBreakpoints([]);
  const over = [session.step('over').line, session.step('over').line];
  assert.deepEqual(over, [7, 6]);
  session.setBreakpoints([9]);
  assert.equal(session.step('continue').line, 9);
  assert.deepEqual(session.step('continue'), { state: 'done', value: 3 });
});

test('the stack, its variables, and what is inside them', () => {
  const rm = Redmoon.createSync({ tools: true });
  const session = rm.debug("local t = {1, 2, x = {y = 'z'}}\nlocal function f(a, ...)\n  local b = a .. t.x.y\n  return b\nend\nreturn f('q', 1, 2) .. 'w'", {
    keys: ['k'],
    breakpoints: [4],
  });
  session.step('continue');
  const stack = session.stack();
  assert.deepEqual(stack.map(({ name, what, line }) => [name, what, line]), [['f', 'Lua', 4], ['', 'main', 6]]);
  assert.deepEqual(session.locals(0).map(({ name, value }) => `${name} = ${value}`), ['a = "q"', 'arg = {1, 2, n = 2}', 'b = "qz"']);
  assert.deepEqual(session.varargs(0).map(({ value }) => value), ['1', '2']);
  const [t] = session.upvalues(0);
  assert.equal(t.name, 't');
  assert.equal(t.type, 'table');
  const inside = session.children(t.handle);
  assert.deepEqual(inside.items.map(({ name }) => name).sort(), ['[1]', '[2]', 'x']);
  const x = inside.items.find(({ name }) => name === 'x');
  assert.deepEqual(session.children(x.handle).items.map(({ name, value }) => [name, value]), [['y', '"z"']]);
  assert.match(session.inputs().map(({ name, value }) => `${name}=${value}`).join(), /KEYS=\{"k"\}/);
  session.step('over');
  assert.equal(session.children(x.handle), null);
  session.stop();
  assert.deepEqual(session.stack(), []);
  assert.throws(() => session.step(), TypeError);
});

test('while a session lasts, the keyspace is its own; errors and limits end it', () => {
  const rm = Redmoon.createSync({ tools: true });
  const session = rm.debug("redis.call('SET', 'a', 1)\nerror('boom')");
  session.step();
  assert.throws(() => rm.call('GET', 'a'), { code: 'BUSY' });
  assert.equal(session.step('over').line, 2);
  assert.throws(() => session.step(), (error) => error instanceof RedmoonError && error.line === 2 && /boom/.test(error.message));
  assert.equal(rm.call('GET', 'a'), '1');
  const endless = rm.debug('while true do end', { limits: { fuel: 10_000 } });
  endless.step();
  assert.throws(() => endless.step('out'), { kind: 'fuel' });
  const lua = rm.debug('x = 1\nprint(x)\nreturn x, 2', { kind: 'lua' });
  lua.step();
  assert.deepEqual(lua.step('continue').value, [1, 2]);
});

test('problems of sources', () => {
  const rm = Redmoon.createSync({ tools: true });
  assert.deepEqual(rm.check('return 1'), []);
  const [syntax] = rm.check('local a = 1\nlocal = 2');
  assert.deepEqual([syntax.severity, syntax.line, syntax.column], ['error', 2, 7]);
  const [unknown] = rm.check('local a = 1\nreturn undefinedthing');
  assert.deepEqual([unknown.severity, unknown.line, unknown.column], ['warning', 2, 8]);
  assert.deepEqual(rm.check('return undefinedthing', 'lua'), []);
  assert.equal(rm.check('redis.register_function("f", function() end)', 'library')[0].severity, 'error');
});

test('bytecode beside the source', () => {
  const rm = Redmoon.createSync({ tools: true });
  const functions = rm.listing('local a = 1\nreturn function() return a end');
  assert.deepEqual(functions.map(({ name }) => name), ['main', 'main.0']);
  assert.deepEqual(functions[0].instructions.map(({ line, op }) => [line, op])[0], [1, 'LoadInt']);
  assert.deepEqual(rm.codeLines('local a = 1\n\nreturn a'), [1, 3]);
  assert.deepEqual(rm.listing('='), []);
});

test('the smaller module says what it lacks', () => {
  const rm = Redmoon.createSync();
  assert.equal(rm.hasTools, false);
  for (const call of [() => rm.debug('return 1'), () => rm.check('x'), () => rm.listing('x'), () => rm.codeLines('x')]) {
    assert.throws(call, /tools: true/);
  }
});

test('the keyspace can be looked at while a run pauses', () => {
  const rm = Redmoon.createSync({ tools: true });
  const session = rm.debug("redis.call('SET', 'a', 1)\nreturn redis.call('INCR', 'a')");
  session.step();
  session.step('over');
  assert.equal(session.call(['GET', 'a']), '1');
  assert.throws(() => session.call(['LPUSH', 'a', 'x']), { code: 'WRONGTYPE' });
  assert.deepEqual(session.step('continue'), { state: 'done', value: 2 });
});
