//! The Redis 7 scripting API on Redmoon: redis, cjson, script cache and the host trait.
