// What the package promises, as functions that run in Node and in browsers alike: `node.test.mjs` and
// `browser.test.mjs` run them. A spec gets the package, `module` (redmoon.wasm, compiled), and `create`, which
// makes a Redmoon that is disposed of when the spec has ended.

import * as errors from './errors.mjs';
import * as ext from './ext.mjs';
import * as hosts from './hosts.mjs';
import * as inFlight from './in-flight.mjs';
import * as lifecycle from './lifecycle.mjs';
import * as limits from './limits.mjs';
import * as loading from './loading.mjs';
import * as plainLua from './lua.mjs';
import * as scripts from './scripts.mjs';
import * as turns from './turns.mjs';
import * as values from './values.mjs';

const files = { scripts, values, errors, limits, 'plain Lua': plainLua, hosts, 'external tables': ext, turns, lifecycle, loading, 'in flight': inFlight };

/** All specs: `{ name, run }`. */
export const specs = Object.entries(files).flatMap(([subject, file]) =>
  Object.entries(file.specs).map(([name, run]) => ({ name: `${subject}: ${name}`, run })),
);

/** Runs one. */
export async function runSpec(spec, redmoon, module) {
  const made = [];
  const create = async (options = {}) => {
    const rm = await redmoon.Redmoon.create({ wasm: module, ...options });
    made.push(rm);
    return rm;
  };
  try {
    await spec.run({ ...redmoon, create, module });
  } finally {
    for (const rm of made) rm.dispose();
  }
}
