// The module's own path, for bundlers.

import { Redmoon } from 'redmoon';
import wasm from 'redmoon/redmoon.wasm';

export const make = (): Promise<Redmoon> => Redmoon.create({ wasm });
