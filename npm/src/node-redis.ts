// A host that sends the commands of scripts to Redis through node-redis.

import type { Host } from './redmoon.js';
import { MAPS_OF_USERS, answerTo, argumentOf, integerOf, upper, type Reading } from './replies.js';

/** What is needed of a client: what `createClient` and `createClientPool` make has it. */
export interface NodeRedisClient {
  // The options differ between node-redis's versions.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  sendCommand(args: any, options?: any): Promise<unknown>;
}

/** The first bytes of RESP's types, by which node-redis names them. */
const Type = { number: 0x3a, double: 0x2c, blob: 0x24, verbatim: 0x3d, map: 0x25, set: 0x7e } as const;

/** How node-redis is to read replies: bytes for strings, text for what is to be told apart from them. */
const BYTES = { [Type.blob]: Buffer, [Type.verbatim]: Buffer, [Type.map]: Array };

/** Doubles as Redis writes them: that is what RESP2 has in their place. */
const RESP2_TYPES = { ...BYTES, [Type.double]: String };

/** Integers as text: then all numbers are doubles, and no digit is lost. */
const RESP3_TYPES = { ...BYTES, [Type.set]: Set, [Type.number]: String };

/** Maps as maps; their keys are text. */
const RESP3_TYPES_WITH_MAPS = { ...RESP3_TYPES, [Type.map]: Map };

/**
 * Answers the commands of scripts with a client: `Redmoon.create({ host: nodeRedisHost(client) })`.
 *
 * The script runs here and its commands run there, one by one: others may come between them, and `SELECT` outlasts the script.
 * Commands are sent as soon as scripts call them, so that scripts in flight together share node-redis's pipelining.
 *
 * Strings are bytes, errors have the text that a script gets from Redis. A script that has chosen RESP3 sees maps, sets, doubles and booleans
 * if the client speaks RESP3; otherwise what RESP2 has for them. A verbatim string is a string to it.
 */
export function nodeRedisHost(client: NodeRedisClient): Host {
  return (argv, { resp }) => {
    const resp3 = MAPS_OF_USERS.has(upper(argv[0] ?? '')) ? RESP3_TYPES : RESP3_TYPES_WITH_MAPS;
    // `returnBuffers` is what version 4 knows.
    const options = { typeMapping: resp === 3 ? resp3 : RESP2_TYPES, returnBuffers: true };
    return answerTo(argv, resp === 3 ? RESP3 : RESP2, () => client.sendCommand(argv.map(argumentOf), options));
  };
}

const RESP2: Reading = {
  resp: 2,
  // A double, or else a status: none of Redis's begins with a digit or is one of these words.
  text: (text) => (/^(-?\d|-?inf$|-?nan$)/.test(text) ? text : { status: text }),
  number: (number) => number,
};

const RESP3: Reading = {
  resp: 3,
  text: (text) => integerOf(text) ?? { status: text },
  number: (number) => ({ double: number }),
};
