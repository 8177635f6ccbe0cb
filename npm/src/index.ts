// What the package gives, whatever the platform.

export type { Connection, ConnectionEvents } from './connections.js';
export { DebugSession } from './debugger.js';
export type {
  DebugState,
  FunctionListing,
  Problem,
  ReplyShape,
  SourceKind,
  StackLevel,
  StepMode,
  Variable,
} from './debugger.js';
export { RedmoonError } from './errors.js';
export type { ErrorKind } from './errors.js';
export type { ExternalMap, ExternalTables } from './ext.js';
export type { WasmBytes, WasmModule, WasmSource } from './module.js';
export { Redmoon, Script } from './redmoon.js';
export type {
  CommandDefinition,
  CreateOptions,
  CreateSyncOptions,
  DebugOptions,
  EvalOptions,
  Host,
  HostCall,
  Limits,
  LogLevel,
  LuaOptions,
  LuaResult,
  MemoryFigures,
  ReplyOptions,
  Size,
} from './redmoon.js';
export type { Bytes } from './wire.js';
