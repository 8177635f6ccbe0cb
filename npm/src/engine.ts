// The module behind one Redmoon: its exports, and the buffer through which everything goes (docs/abi.md).

import { RedmoonError } from './errors.js';
import type { WasmModule } from './module.js';
import { Reader, Writer, viewOf, type Room, type View } from './wire.js';

/** What the module exports. */
export interface Exports {
  memory: WebAssembly.Memory;
  version(): number;
  buffer(): number;
  buffer_size(): number;
  reserve(size: number): number;
  create(size: number): number;
  start(size: number, fuel: number, now: number): number;
  resume(run: number, fuel: number, now: number): number;
  answer(run: number, size: number, fuel: number, now: number): number;
  cancel(run: number): void;
  place(run: number): number;
  set_breakpoints(run: number, size: number): void;
  set_step_mode(run: number, mode: number): void;
  inspect(run: number, about: number, level: number): number;
  children(run: number, size: number): number;
  check(size: number): number;
  listing(size: number): number;
  code_lines(size: number): number;
  fuel_used(): number;
  output(): number;
  open_ext(): number;
  snapshot(): number;
  restore(size: number): number;
  command(size: number, now: number): number;
  connect(size: number, now: number): number;
  receive(connection: number, size: number, now: number): void;
  advance(now: number): void;
  next_ms(): number;
  changed(): number;
  outgoing(connection: number): number;
  is_closed(connection: number): number;
  is_running(): number;
  is_shut_down(): number;
  disconnect(connection: number): void;
  collect(): void;
  stats(): number;
  __wbindgen_start?(): void;
}

/** Size of the buffer that small calls find. */
const BUFFER_SIZE = 64 << 10;

/** The version of the interface that this package speaks. */
const VERSION = 1;

/** A module instance. */
export class Engine {
  #exports: Exports | undefined;
  /** Why there are none any more. */
  #end: string = DISPOSED;
  #idle: Writer | undefined;
  #isWriting = false;
  /** The memory that the views are of. */
  #memory: ArrayBufferLike | undefined;
  readonly #views = new Map<number, View>();
  readonly #room: Room = {
    grow: (size, used) => {
      const kept = this.bytes(used).slice();
      if (size >= 2 ** 32 || this.#call((exports) => exports.reserve(size)) === 0) {
        throw new RedmoonError('ERR there is no memory for a value of this size', { kind: 'memory' });
      }
      const view = this.#view(size);
      view.bytes.set(kept);
      return view;
    },
  };

  constructor(compiled: WasmModule) {
    const module = compiled as WebAssembly.Module;
    const exports = new WebAssembly.Instance(module, imports(module)).exports as unknown as Exports;
    if (typeof exports.version !== 'function' || typeof exports.create !== 'function') {
      throw new TypeError('this WebAssembly module is not redmoon.wasm');
    }
    exports.__wbindgen_start?.();
    if (exports.version() !== VERSION) {
      throw new RedmoonError(`ERR redmoon.wasm speaks version ${exports.version()} of the interface, this package ${VERSION}`, { kind: 'internal' });
    }
    this.#exports = exports;
  }

  get isOpen(): boolean {
    return this.#exports !== undefined;
  }

  /** Lets go of the instance and its memory. */
  close(): void {
    this.#exports = undefined;
    this.#idle = undefined;
    this.#memory = undefined;
    this.#views.clear();
  }

  /** Bytes of WebAssembly memory. */
  get memorySize(): number {
    return this.#exports?.memory.buffer.byteLength ?? 0;
  }

  /** Calls the module. What stops it in the middle leaves it unusable. */
  use<R>(call: (exports: Exports) => R): R {
    this.#refuseWhileWriting();
    return this.#call(call);
  }

  /** What lies in the buffer by then would be lost. */
  #refuseWhileWriting(): void {
    if (this.#isWriting) throw new RedmoonError('ERR a value that is given to Redmoon calls it while it is read', { kind: 'command' });
  }

  #call<R>(call: (exports: Exports) => R): R {
    const exports = this.#exports;
    if (!exports) throw this.#gone();
    try {
      return call(exports);
    } catch (error) {
      const isFull = isFullStack(error);
      if (!isFull && !(error instanceof WebAssembly.RuntimeError)) throw error;
      this.close();
      this.#end = isFull ? STACK : DEFECT;
      throw this.#gone(error);
    }
  }

  #gone(cause?: unknown): RedmoonError {
    return new RedmoonError(this.#end, { kind: 'internal', cause });
  }

  /** Lets `write` fill the buffer; the number of bytes that it wrote. */
  write(write: (writer: Writer) => void): number {
    this.#refuseWhileWriting();
    const writer = (this.#idle ??= new Writer(NO_VIEW, this.#room));
    writer.reset(this.#view(0));
    this.#isWriting = true;
    try {
      write(writer);
    } finally {
      this.#isWriting = false;
    }
    return writer.size;
  }

  /** What the module has written: `size` bytes, valid until it is called again. */
  read(size: number): Reader {
    return new Reader(this.#view(size));
  }

  /** The same as bytes. */
  bytes(size: number): Uint8Array {
    return this.#view(size).bytes.subarray(0, size);
  }

  /** The buffer, of which `size` bytes are needed. */
  #view(size: number): View {
    const exports = this.#exports;
    if (!exports) throw this.#gone();
    // The call first: it may make the memory grow, which takes its old buffer away.
    const address = exports.buffer();
    const { buffer } = exports.memory;
    if (buffer !== this.#memory) {
      this.#memory = buffer;
      this.#views.clear();
    }
    let view = this.#views.get(address);
    if (view === undefined || view.bytes.length < Math.max(size, BUFFER_SIZE)) {
      view = viewOf(new Uint8Array(buffer, address, exports.buffer_size()));
      // There are two buffers that take turns, and large ones now and then.
      if (this.#views.size > 8) this.#views.clear();
      this.#views.set(address, view);
    }
    return view;
  }
}

const NO_VIEW: View = viewOf(new Uint8Array(0));

const DISPOSED = 'ERR this Redmoon has been disposed of';
const DEFECT = 'ERR Redmoon has stopped because of a defect; make a new one';
const STACK = 'ERR Redmoon was called at the end of the JavaScript stack and has stopped; make a new one';

/** JavaScript's stack is full: the module may have been stopped anywhere. */
function isFullStack(error: unknown): boolean {
  return (error instanceof RangeError && /stack/i.test(error.message)) || (error instanceof Error && error.name === 'InternalError');
}

/** The module needs nothing from outside; wasm-bindgen has it ask for one function that prepares a table. */
function imports(module: WebAssembly.Module): WebAssembly.Imports {
  const imports: Record<string, Record<string, () => void>> = {};
  for (const { module: name, name: field } of WebAssembly.Module.imports(module)) {
    (imports[name] ??= {})[field] = () => {};
  }
  return imports;
}
