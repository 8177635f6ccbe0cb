// What the types promise: this file is compiled, never run.

import { Redmoon, RedmoonError, Script, type Bytes, type ErrorKind, type EvalOptions, type ExternalMap, type Host, type MemoryFigures, type WasmSource } from 'redmoon';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const check = <_T extends true>(): void => {};

export async function api(): Promise<void> {
  const rm = await Redmoon.create({ limits: { fuel: 1e6, memory: '32mb', timeMs: Infinity }, seed: 1, resp: 3, integers: 'bigint' });
  const reply = await rm.eval('return 1', { keys: ['k', new Uint8Array(1)], args: [1, 2n, 'x'], limits: { fuel: 5 }, signal: AbortSignal.abort() });
  check<Same<typeof reply, unknown>>();
  check<Same<ReturnType<typeof rm.scriptLoad>, string>>();
  check<Same<ReturnType<typeof rm.memory>, MemoryFigures>>();
  check<Same<typeof rm.fuelUsed, number>>();
  const script = rm.script('return 1');
  check<Same<typeof script, Script>>();
  const { values, output } = await rm.lua('return 1', { onPrint: (text) => text.length });
  check<Same<typeof values, unknown[]>>();
  check<Same<typeof output, string>>();
  const map = rm.ext.table('t', new Map<string, number>());
  check<Same<typeof map, Map<string, number>>>();
  const made = rm.ext.table('u');
  check<Same<typeof made, Map<unknown, unknown>>>();
  const command = rm.defineCommand('mine', { numberOfKeys: 1, lua: 'return 1' });
  check<Same<Awaited<ReturnType<typeof command>>, unknown>>();
  rm.call('SET', 'k', 1);
  rm.call(['GET', 'k'], { bytes: true });
  try {
    rm.evalSync('return 1');
  } catch (error) {
    if (error instanceof RedmoonError) {
      check<Same<typeof error.kind, ErrorKind>>();
      check<Same<typeof error.line, number | undefined>>();
      const text: string = error.message + error.code + (error.excerpt ?? '') + (error.traceback ?? '');
      void text;
    }
  }
  rm.dispose();

  // @ts-expect-error: keys are an array
  await rm.eval('return 1', { keys: 'k' });
  // @ts-expect-error: no booleans
  await rm.eval('return 1', { args: [true] });
  // @ts-expect-error: `memory` is for all scripts together
  await rm.eval('return 1', { limits: { memory: 1 } });
  // @ts-expect-error: there are two protocols
  await rm.eval('return 1', { resp: 4 });
  // @ts-expect-error: only create makes one
  new Redmoon();
  // @ts-expect-error: a definition needs its script
  rm.defineCommand('mine', { numberOfKeys: 1 });
  // @ts-expect-error: not for users of the package
  rm.internals;
  // @ts-expect-error: it cannot be set
  rm.fuelUsed = 1;
  // @ts-expect-error: no table
  rm.ext.table('t', 5);
  // @ts-expect-error: replies are unknown until they are looked at
  reply.length;
  // @ts-expect-error: a misspelled option
  await Redmoon.create({ limit: { fuel: 1 } });
}

export const host: Host = async (args, call) => {
  const first: string | Uint8Array | undefined = args[0];
  return call.isWrite && call.resp === 3 ? { status: 'OK' } : first;
};
export const table: ExternalMap = new Map();
export const bytes: Bytes[] = ['x', 1, 1n, new Uint8Array()];
export const options: EvalOptions = { readOnly: true, bytes: true, integers: 'number' };
export const sources: WasmSource[] = ['redmoon.wasm', new URL('file:///redmoon.wasm'), new Uint8Array(1), new ArrayBuffer(1), Promise.resolve(new Uint8Array(1))];

export async function scoped(): Promise<void> {
  await using rm = await Redmoon.create();
  using other = Redmoon.createSync();
  rm.call('PING');
  other.call('PING');
}
