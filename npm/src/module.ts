// Where the WebAssembly module comes from. Nothing is fetched unless a URL is given.

import { RedmoonError } from './errors.js';

/** A compiled module, on platforms whose types know `WebAssembly`: Node's alone do not. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : object;

/** The module as bytes. */
export type WasmBytes = ArrayBufferView | ArrayBuffer;

/** The module, compiled, as bytes, or where to get it: a URL, or a response that is on its way. */
export type WasmSource =
  | WasmModule
  | WasmBytes
  | URL
  | string
  | Response
  | PromiseLike<WasmModule | WasmBytes | Response>;

/** What a platform adds: the module that comes with the package, and how its files are read. */
export interface Platform {
  /** The module that comes with the package, with or without tools, if the platform can have it without a request. */
  packaged?(tools: boolean): Promise<WasmModule>;
  packagedSync?(tools: boolean): WasmModule;
  /** The bytes of a file: `file:` URLs, and paths. */
  readFile?(path: URL | string): Promise<Uint8Array>;
}

let platform: Platform = {};
/** The modules of the package, without and with tools. */
const packaged: [Promise<WasmModule>?, Promise<WasmModule>?] = [];
const packagedModules: [WasmModule?, WasmModule?] = [];

/** Says what the platform can do. */
export function setPlatform(what: Platform): void {
  platform = what;
}

const MISSING =
  'where redmoon.wasm is has to be said here: Redmoon.create({ wasm }) takes a URL, a Response, bytes or a WebAssembly.Module ' +
  "(with Vite: import wasm from 'redmoon/redmoon.wasm?url')";

/** The compiled module; that of the package is compiled once. */
export async function load(source: WasmSource | undefined, tools = false): Promise<WasmModule> {
  if (source === undefined) {
    const at = tools ? 1 : 0;
    const known = packagedModules[at];
    if (known) return known;
    if (!platform.packaged) throw new TypeError(MISSING);
    return (packagedModules[at] = await (packaged[at] ??= platform.packaged(tools)));
  }
  const what = await source;
  if (what instanceof WebAssembly.Module) return what;
  if (typeof what === 'string' || what instanceof URL) return loadUrl(what);
  if (typeof Response !== 'undefined' && what instanceof Response) return compileResponse(what);
  return WebAssembly.compile(bytesOf(what));
}

/** Bytes as every platform takes them: Node's `WebAssembly` knows no `DataView`. */
function bytesOf(source: unknown): Uint8Array<ArrayBuffer> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer as ArrayBuffer, source.byteOffset, source.byteLength);
  throw new TypeError('a URL, a Response, bytes or a WebAssembly.Module is expected as `wasm`');
}

async function loadUrl(url: URL | string): Promise<WasmModule> {
  const isUrl = url instanceof URL || /^[a-z][a-z0-9+.-]+:/i.test(url);
  const isFile = isUrl ? /^file:/i.test(String(url)) : true;
  if (isFile && platform.readFile) {
    return WebAssembly.compile(bytesOf(await platform.readFile(isUrl ? new URL(url) : url)));
  }
  return compileResponse(await fetch(url));
}

async function compileResponse(response: Response): Promise<WasmModule> {
  if (!response.ok) {
    throw new RedmoonError(`ERR ${response.url || 'redmoon.wasm'}: the server answered ${response.status}`, { kind: 'internal' });
  }
  // Servers that do not know the type of .wasm would make compileStreaming fail.
  if (response.headers.get('content-type') === 'application/wasm') return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** The compiled module without waiting. */
export function loadSync(source: WasmModule | WasmBytes | undefined, tools = false): WasmModule {
  if (source instanceof WebAssembly.Module) return source;
  if (source !== undefined) return new WebAssembly.Module(bytesOf(source));
  const at = tools ? 1 : 0;
  const known = packagedModules[at];
  if (known) return known;
  if (!platform.packagedSync) throw new TypeError(MISSING);
  return (packagedModules[at] = platform.packagedSync(tools));
}
