// The assertions of the specs: they run in Node and in browsers, so they need nothing of either.

/** How a value reads in a message. */
export function show(value) {
  if (typeof value === 'string') return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (value instanceof Error) return `${value.name}(${JSON.stringify(value.message)})`;
  if (value instanceof Uint8Array) return `bytes[${[...value.subarray(0, 40)]}${value.length > 40 ? ',…' : ''}]`;
  if (Array.isArray(value)) return `[${value.slice(0, 40).map(show).join(', ')}]`;
  if (value instanceof Map) return `Map{${[...value].slice(0, 20).map(([key, item]) => `${show(key)} => ${show(item)}`).join(', ')}}`;
  if (value instanceof Set) return `Set{${[...value].slice(0, 20).map(show).join(', ')}}`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).slice(0, 20).map(([key, item]) => `${key}: ${show(item)}`).join(', ')}}`;
  }
  return String(value);
}

function isSame(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Error) return b instanceof Error && a.message === b.message;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) || a instanceof Uint8Array) return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (a instanceof Map) return a.size === b.size && isSame([...a], [...b]);
  if (a instanceof Set) return a.size === b.size && isSame([...a], [...b]);
  return isSame(Object.entries(a), Object.entries(b));
}

/** Both are the same, in depth; `-0` is not `0`, `NaN` is `NaN`. */
export function equal(found, wanted, about = '') {
  if (!isSame(found, wanted)) throw new Error(`${about && `${about}: `}found ${show(found)}, not ${show(wanted)}`);
}

export function ok(truth, about = 'it does not hold') {
  if (!truth) throw new Error(about);
}

/** An error is as it should be: a text that its message contains, a pattern, or its fields. */
export function fits(error, wanted) {
  const isFit =
    typeof wanted === 'string'
      ? error?.message?.includes(wanted)
      : wanted instanceof RegExp
        ? wanted.test(error?.message)
        : typeof wanted === 'function'
          ? error instanceof wanted
          : Object.entries(wanted).every(([field, value]) =>
              value instanceof RegExp ? value.test(error?.[field]) : isSame(error?.[field], value),
            );
  if (isFit) return error;
  const fields = ['kind', 'code', 'line', 'chunk', 'traceback', 'excerpt'].map((field) => `${field}: ${show(error?.[field])}`);
  throw new Error(`the error is ${show(error)} {${fields.join(', ')}}, not ${wanted instanceof RegExp ? wanted : show(wanted)}`);
}

export function throws(call, wanted) {
  let value;
  try {
    value = call();
  } catch (error) {
    return fits(error, wanted);
  }
  throw new Error(`nothing was thrown, the value is ${show(value)}`);
}

export async function rejects(promise, wanted) {
  let value;
  try {
    value = await (typeof promise === 'function' ? promise() : promise);
  } catch (error) {
    return fits(error, wanted);
  }
  throw new Error(`nothing was thrown, the value is ${show(value)}`);
}

export const bytes = (...values) => Uint8Array.from(values);
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const utf8 = (text) => new TextEncoder().encode(text);
