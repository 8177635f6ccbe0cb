// A host that sends the commands of scripts to Redis through ioredis.

import type { Host } from './redmoon.js';
import { answerTo, argumentOf, integerOf, type Reading } from './replies.js';

/** What is needed of a client: ioredis's `Redis` and `Cluster` have it. */
export interface IoredisClient {
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
}

/**
 * Answers the commands of scripts with a client: `Redmoon.create({ host: ioredisHost(redis) })`.
 *
 * The script runs here and its commands run there, one by one: others may come between them, and `SELECT` outlasts the script.
 * Commands are sent as soon as scripts call them, so that scripts in flight together share ioredis's pipelining. Options of the
 * client apply: `keyPrefix` is put before the keys of every command.
 *
 * Strings are bytes, errors have the text that a script gets from Redis. A script that has chosen RESP3 still sees the types of
 * RESP2, which is all that ioredis keeps. With its `replyMapping: 'resp3'` there are maps (whose keys are text) and doubles, but
 * not all of them: a double that is whole, and with `stringNumbers` any, is an integer then, also to scripts in RESP2.
 */
export function ioredisHost(client: IoredisClient): Host {
  return (argv, { resp }) => {
    const [name = '', ...args] = argv;
    // In capitals, ioredis knows no transformation of the reply: HGETALL's would take the bytes from keys.
    const send = () => client.callBuffer(String(name).toUpperCase(), ...args.map(argumentOf));
    return answerTo(argv, resp === 3 ? RESP3 : RESP2, send);
  };
}

/** Texts are numbers beyond a double's exactness, or all numbers with `stringNumbers`. */
const text = (value: string) => integerOf(value) ?? value;

const RESP2: Reading = { resp: 2, text, number: (value) => (Number.isInteger(value) ? value : String(value)) };

const RESP3: Reading = { resp: 3, text, number: (value) => (Number.isInteger(value) ? value : { double: value }) };
