// Lua for the editor: colours, and what can be completed where.

import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StreamLanguage, type StreamParser } from '@codemirror/language';
import { lua as legacy } from '@codemirror/legacy-modes/mode/lua';
import type { CommandFact } from './engine/protocol.js';
import type { Mode } from './work.js';

// ---- what there is -------------------------------------------------------------------------------

const KEYWORDS = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(' '),
);

/** Members of libraries: how they are called, and what they do. */
const LIBRARIES: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  redis: {
    call: ['(command, ...)', 'Runs a command; its error ends the script.'],
    pcall: ['(command, ...)', 'Runs a command; its error comes back as a table with err.'],
    log: ['(level, message, ...)', 'Writes to the log.'],
    error_reply: ['(text)', 'An error reply: the first word is its code.'],
    status_reply: ['(text)', 'A status reply, like OK.'],
    sha1hex: ['(text)', 'SHA-1 of a text, in hexadecimal.'],
    setresp: ['(version)', 'The protocol of the replies that the script gets: 2 or 3.'],
    set_repl: ['(what)', 'What is replicated; see the REPL_ constants.'],
    replicate_commands: ['()', 'Always true in Redis 7.'],
    breakpoint: ['()', 'A breakpoint of the ldb debugger.'],
    debug: ['(...)', 'Prints in the ldb debugger.'],
    acl_check_cmd: ['(command, ...)', 'Whether the user may run a command.'],
    register_function: ['(name, callback)', 'In a library: a function for FCALL.'],
    LOG_DEBUG: ['', 'A level of redis.log.'],
    LOG_VERBOSE: ['', 'A level of redis.log.'],
    LOG_NOTICE: ['', 'A level of redis.log.'],
    LOG_WARNING: ['', 'A level of redis.log.'],
    REPL_ALL: ['', 'For redis.set_repl.'],
    REPL_AOF: ['', 'For redis.set_repl.'],
    REPL_REPLICA: ['', 'For redis.set_repl.'],
    REPL_SLAVE: ['', 'For redis.set_repl.'],
    REPL_NONE: ['', 'For redis.set_repl.'],
    REDIS_VERSION: ['', 'The version of Redis as text.'],
    REDIS_VERSION_NUM: ['', 'The version of Redis as a number.'],
  },
  cjson: {
    encode: ['(value)', 'JSON of a value.'],
    decode: ['(text)', 'The value of a JSON text; null is cjson.null.'],
    null: ['', 'JSON’s null.'],
    new: ['()', 'A cjson with its own settings.'],
    encode_sparse_array: ['(convert, ratio, safe)', 'How arrays with gaps are written.'],
    encode_max_depth: ['(depth)', 'Deepest nesting that is written.'],
    decode_max_depth: ['(depth)', 'Deepest nesting that is read.'],
    encode_number_precision: ['(digits)', 'Digits of numbers.'],
    encode_keep_buffer: ['(keep)', 'Whether the buffer is kept.'],
    encode_invalid_numbers: ['(setting)', 'Whether inf and nan are written.'],
    decode_invalid_numbers: ['(setting)', 'Whether inf and nan are read.'],
  },
  cmsgpack: {
    pack: ['(...)', 'MessagePack of values.'],
    unpack: ['(text)', 'All values of a text.'],
    unpack_one: ['(text, offset)', 'The next offset and one value.'],
    unpack_limit: ['(text, limit, offset)', 'The next offset and some values.'],
  },
  struct: {
    pack: ['(format, ...)', 'Bytes of values, as the format says.'],
    unpack: ['(format, text, position)', 'The values, and where to go on.'],
    size: ['(format)', 'How many bytes a format takes.'],
  },
  bit: {
    tobit: ['(x)', 'A number as 32 bits with sign.'],
    tohex: ['(x, digits)', 'In hexadecimal.'],
    bnot: ['(x)', 'All bits turned over.'],
    band: ['(x, ...)', 'And.'],
    bor: ['(x, ...)', 'Or.'],
    bxor: ['(x, ...)', 'Exclusive or.'],
    lshift: ['(x, count)', 'Shifted to the left.'],
    rshift: ['(x, count)', 'Shifted to the right, zeros come in.'],
    arshift: ['(x, count)', 'Shifted to the right, the sign comes in.'],
    rol: ['(x, count)', 'Rotated to the left.'],
    ror: ['(x, count)', 'Rotated to the right.'],
    bswap: ['(x)', 'Bytes in the other order.'],
  },
  string: {
    byte: ['(s, from, to)', 'Codes of bytes.'],
    char: ['(...)', 'The string of these codes.'],
    dump: ['(f)', 'The bytecode of a function.'],
    find: ['(s, pattern, from, plain)', 'Where a pattern matches, and its captures.'],
    format: ['(format, ...)', 'A text as C’s printf makes it.'],
    gmatch: ['(s, pattern)', 'All matches, one after another.'],
    gsub: ['(s, pattern, by, max)', 'Matches replaced, and how many.'],
    len: ['(s)', 'Bytes of a string.'],
    lower: ['(s)', 'In small letters.'],
    match: ['(s, pattern, from)', 'The captures of a match.'],
    rep: ['(s, count)', 'A string many times.'],
    reverse: ['(s)', 'Backwards.'],
    sub: ['(s, from, to)', 'A part of a string.'],
    upper: ['(s)', 'In capital letters.'],
  },
  table: {
    concat: ['(list, separator, from, to)', 'Items as one string.'],
    insert: ['(list, position, value)', 'Puts an item into a list.'],
    remove: ['(list, position)', 'Takes an item out of a list.'],
    sort: ['(list, isBefore)', 'Sorts in place.'],
    maxn: ['(list)', 'The largest number among the keys.'],
    getn: ['(list)', 'The length of a list.'],
    foreach: ['(t, f)', 'Calls f for each entry.'],
    foreachi: ['(list, f)', 'Calls f for each item.'],
  },
  math: Object.fromEntries(
    (
      'abs(x) acos(x) asin(x) atan(x) atan2(y,x) ceil(x) cos(x) cosh(x) deg(x) exp(x) floor(x) fmod(x,y) frexp(x) ldexp(m,e) log(x) ' +
      'log10(x) max(x,...) min(x,...) modf(x) pow(x,y) rad(x) random(m,n) randomseed(x) sin(x) sinh(x) sqrt(x) tan(x) tanh(x) huge pi'
    )
      .split(' ')
      .map((text) => {
        const [, name, signature] = /^(\w+)(.*)$/.exec(text) as unknown as [string, string, string];
        return [name, [signature.replaceAll(',', ', '), '']] as const;
      }),
  ),
  coroutine: {
    create: ['(f)', 'A coroutine that runs f.'],
    resume: ['(coroutine, ...)', 'Goes on with a coroutine.'],
    running: ['()', 'The coroutine that runs.'],
    status: ['(coroutine)', 'suspended, running, normal or dead.'],
    wrap: ['(f)', 'A function that resumes a coroutine.'],
    yield: ['(...)', 'Gives the turn back.'],
  },
};

const GLOBALS: Readonly<Record<string, readonly [string, string]>> = {
  assert: ['(value, message)', 'Raises an error unless the value is true.'],
  error: ['(message, level)', 'Raises an error.'],
  getmetatable: ['(value)', 'The metatable of a value.'],
  ipairs: ['(list)', 'Walks over a list: index and item.'],
  loadstring: ['(text, name)', 'A function of a text.'],
  next: ['(t, key)', 'The entry after a key.'],
  pairs: ['(t)', 'Walks over a table: key and value.'],
  pcall: ['(f, ...)', 'Calls f; false and the message when it raises.'],
  rawequal: ['(a, b)', 'Equal without metamethods.'],
  rawget: ['(t, key)', 'A field without metamethods.'],
  rawset: ['(t, key, value)', 'Sets a field without metamethods.'],
  select: ['(n, ...)', 'The arguments from the nth on, or their number (‘#’).'],
  setmetatable: ['(t, metatable)', 'Gives a table a metatable.'],
  tonumber: ['(value, base)', 'A number of a value, or nil.'],
  tostring: ['(value)', 'A text of a value.'],
  type: ['(value)', 'The name of a value’s type.'],
  unpack: ['(list, from, to)', 'The items of a list as arguments.'],
  xpcall: ['(f, handler)', 'pcall with a handler of errors.'],
};

const STANDARD = new Set([...Object.keys(LIBRARIES), ...Object.keys(GLOBALS), 'KEYS', 'ARGV', '_G', 'print']);

// ---- colours -------------------------------------------------------------------------------------

interface LegacyState {
  cur: unknown;
}

/** The state in which the mode is neither in a string nor in a comment. */
const NORMAL = (legacy.startState?.(2) as LegacyState).cur;

/** The mode takes `redis.call` for one word; names, members and calls have colours of their own here. */
const parser: StreamParser<LegacyState> = {
  ...(legacy as StreamParser<LegacyState>),
  token(stream, state) {
    if (stream.sol() && stream.string.startsWith('#!')) {
      stream.skipToEnd();
      return 'meta';
    }
    if (state.cur === NORMAL) {
      const at = stream.pos;
      const word = stream.match(/^[A-Za-z_]\w*/) as RegExpMatchArray | null;
      if (word && !KEYWORDS.has(word[0])) {
        const before = stream.string.slice(0, at);
        const isMember = /[.:]\s*$/.test(before) && !/\.\.\s*$/.test(before);
        const isCall = stream.match(/^\s*[({"']/, false) !== null;
        if (isMember) return isCall ? 'propertyName.function' : 'propertyName';
        if (STANDARD.has(word[0])) return 'variableName.standard';
        return isCall || /\bfunction\s+$/.test(before) ? 'variableName.function' : 'variableName';
      }
      if (word) {
        // A keyword: what it does to the indentation, the mode knows.
        const rest = stream.string;
        stream.string = rest.slice(0, stream.pos);
        stream.pos = at;
        const style = legacy.token(stream, state as never);
        stream.string = rest;
        return style === 'keyword' && /^(nil|true|false)$/.test(word[0]) ? 'atom' : style;
      }
      if (stream.match(/^(\.\.\.?|[=~<>]=|[-+*/%^#<>=])/, false) && !stream.match('--', false)) {
        stream.match(/^(\.\.\.?|[=~<>]=|[-+*/%^#<>=])/);
        return 'operator';
      }
    }
    return legacy.token(stream, state as never);
  },
};

export const lua = StreamLanguage.define(parser);

// ---- completion ----------------------------------------------------------------------------------

function options(members: Readonly<Record<string, readonly [string, string]>>): Completion[] {
  return Object.entries(members).map(([label, [signature, info]]) => ({
    label,
    type: signature === '' ? 'constant' : 'function',
    ...(signature && { detail: signature }),
    ...(info && { info }),
  }));
}

const MEMBERS: ReadonlyMap<string, Completion[]> = new Map(Object.entries(LIBRARIES).map(([name, members]) => [name, options(members)]));

const TOP: readonly Completion[] = [
  ...options(GLOBALS),
  ...Object.keys(LIBRARIES).map((label): Completion => ({ label, type: 'namespace' })),
  ...[...KEYWORDS].map((label): Completion => ({ label, type: 'keyword' })),
];

/** What can stand at a place. Names of commands are those that the engine knows. */
export function completer(modeOf: () => Mode, commandsOf: () => readonly CommandFact[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const command = context.matchBefore(/\bredis\.p?call\s*\(?\s*(['"])[A-Za-z-]*$/);
    if (command) {
      const typed = /[A-Za-z-]*$/.exec(command.text)?.[0] ?? '';
      const isLower = /^[a-z]/.test(typed);
      const found = commandsOf().map(({ name, flags, arity }): Completion => {
        const kind = flags.includes('write') ? 'writes' : flags.includes('readonly') ? 'reads' : '';
        return { label: isLower ? name : name.toUpperCase(), type: 'text', detail: [kind, arityText(arity)].filter(Boolean).join(' · ') };
      });
      return { from: context.pos - typed.length, options: found, validFor: /^[A-Za-z-]*$/ };
    }
    const member = context.matchBefore(/\b([A-Za-z_]\w*)\.\w*$/);
    if (member) {
      const [name = '', typed = ''] = member.text.split('.');
      const members = MEMBERS.get(name);
      return members ? { from: context.pos - typed.length, options: members, validFor: /^\w*$/ } : null;
    }
    const word = context.matchBefore(/[A-Za-z_]\w*$/);
    if (!word || (word.text.length < 2 && !context.explicit) || isInText(context)) return null;
    const own = modeOf() === 'lua' ? [{ label: 'print', type: 'function', detail: '(...)' }] : modeOf() === 'script' ? [variable('KEYS'), variable('ARGV')] : [];
    return { from: word.from, options: [...TOP, ...own, ...wordsOf(context, word.from)], validFor: /^\w*$/ };
  };
}

function variable(label: string): Completion {
  return { label, type: 'variable' };
}

function arityText(arity: number): string {
  const count = Math.abs(arity) - 1;
  return `${arity < 0 ? `${count}+` : count} argument${count === 1 && arity > 0 ? '' : 's'}`;
}

function isInText({ state, pos }: CompletionContext): boolean {
  const { text, from } = state.doc.lineAt(pos);
  const before = text.slice(0, pos - from).replace(/\\./g, '');
  if (/--/.test(before.replace(/'[^']*'|"[^"]*"/g, ''))) return true;
  return /['"]/.test(before.replace(/'[^']*'|"[^"]*"/g, ''));
}

/** The names that the source has already. */
function wordsOf({ state }: CompletionContext, except: number): Completion[] {
  const found = new Set<string>();
  const text = state.sliceDoc(0, 100_000);
  for (const match of text.matchAll(/(?<![.:\w'"])[A-Za-z_]\w{2,}/g)) {
    if (match.index !== except && !KEYWORDS.has(match[0]) && !STANDARD.has(match[0])) found.add(match[0]);
    if (found.size >= 500) break;
  }
  return [...found].map((label) => ({ label, type: 'variable', boost: 1 }));
}
