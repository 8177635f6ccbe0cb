// A counter that survives: the program's variables are kept in a file, and taken up again by the next run.
//
//     node examples/counter.mjs [FILE]

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Redmoon } from 'redmoon';

const file = process.argv[2];
const canKeep = typeof Redmoon.restore === 'function' && file !== undefined;

const rm = canKeep && existsSync(file) ? await Redmoon.restore(readFileSync(file)) : await Redmoon.create();

// Globals last as long as the instance does.
await rm.lua(`
  count = count or 0
  function bump() count = count + 1 return count end
`);
for (let at = 0; at < 3; at++) console.log('count:', (await rm.lua('return bump()')).values[0]);

// An instance in which nothing runs is bytes: variables, functions and the keyspace.
if (canKeep) writeFileSync(file, rm.snapshot());
rm.dispose();

// Prints:
//   count: 1
//   count: 2
//   count: 3
