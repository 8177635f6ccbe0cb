// The other entries.

export type Server = typeof import('redmoon/server');
export type Ioredis = typeof import('redmoon/ioredis');
export type NodeRedis = typeof import('redmoon/node-redis');
export type Persist = typeof import('redmoon/persist');
