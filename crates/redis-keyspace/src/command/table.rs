//! The table: every command, one line each.
//!
//! Name, arity (negative: at least that many arguments, the name counted), flags, positions of keys (first,
//! last, step), categories that do not follow from the flags, handler, and the subcommands if there are any.
//! `tests/command_table.rs` compares it with what redis-server 7.0.15 says about itself.

use super::*;

commands! { COMMANDS:
    // Connection.
    "ping" -1 [FAST] (0 0 0) [CONNECTION] => connection::ping;
    "echo" 2 [LOADING STALE FAST] (0 0 0) [CONNECTION] => connection::echo;
    "select" 2 [LOADING STALE FAST] (0 0 0) [CONNECTION] => connection::select;

    // Server.
    "dbsize" 1 [READONLY FAST] (0 0 0) [KEYSPACE] => server::dbsize;
    "flushdb" -1 [WRITE] (0 0 0) [KEYSPACE DANGEROUS] => server::flushdb;
    "flushall" -1 [WRITE] (0 0 0) [KEYSPACE DANGEROUS] => server::flushall;
    "time" 1 [LOADING STALE FAST] (0 0 0) [] => server::time;
    "swapdb" 3 [WRITE FAST] (0 0 0) [KEYSPACE DANGEROUS] => server::swapdb;
    "command" -1 [LOADING STALE] (0 0 0) [CONNECTION] => server::command, COMMAND;
    "info" -1 [LOADING STALE] (0 0 0) [DANGEROUS] => server::info;
    "config" -2 [] (0 0 0) [] => server::container, CONFIG;
    "publish" 3 [PUBSUB LOADING STALE FAST] (0 0 0) [] => server::publish;

    // Strings.
    "get" 2 [READONLY FAST] (1 1 1) [STRING] => string::get;
    "set" -3 [WRITE DENYOOM] (1 1 1) [STRING] => string::set;
    "setnx" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::setnx;
    "setex" 4 [WRITE DENYOOM] (1 1 1) [STRING] => string::setex;
    "psetex" 4 [WRITE DENYOOM] (1 1 1) [STRING] => string::psetex;
    "getset" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::getset;
    "getdel" 2 [WRITE FAST] (1 1 1) [STRING] => string::getdel;
    "getex" -2 [WRITE FAST] (1 1 1) [STRING] => string::getex;
    "mget" -2 [READONLY FAST] (1 -1 1) [STRING] => string::mget;
    "mset" -3 [WRITE DENYOOM] (1 -1 2) [STRING] => string::mset;
    "msetnx" -3 [WRITE DENYOOM] (1 -1 2) [STRING] => string::msetnx;
    "append" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::append;
    "strlen" 2 [READONLY FAST] (1 1 1) [STRING] => string::strlen;
    "incr" 2 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::incr;
    "decr" 2 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::decr;
    "incrby" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::incrby;
    "decrby" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::decrby;
    "incrbyfloat" 3 [WRITE DENYOOM FAST] (1 1 1) [STRING] => string::incrbyfloat;
    "setrange" 4 [WRITE DENYOOM] (1 1 1) [STRING] => string::setrange;
    "getrange" 4 [READONLY] (1 1 1) [STRING] => string::getrange;
    "substr" 4 [READONLY] (1 1 1) [STRING] => string::substr;
    "lcs" -3 [READONLY] (1 2 1) [STRING] => string::lcs;

    // Bitmaps.
    "setbit" 4 [WRITE DENYOOM] (1 1 1) [BITMAP] => bitmap::setbit;
    "getbit" 3 [READONLY FAST] (1 1 1) [BITMAP] => bitmap::getbit;
    "bitcount" -2 [READONLY] (1 1 1) [BITMAP] => bitmap::bitcount;
    "bitpos" -3 [READONLY] (1 1 1) [BITMAP] => bitmap::bitpos;
    "bitop" -4 [WRITE DENYOOM] (2 -1 1) [BITMAP] => bitmap::bitop;
    "bitfield" -2 [WRITE DENYOOM] (1 1 1) [BITMAP] => bitmap::bitfield;
    "bitfield_ro" -2 [READONLY FAST] (1 1 1) [BITMAP] => bitmap::bitfield_ro;

    // HyperLogLogs.
    "pfadd" -2 [WRITE DENYOOM FAST] (1 1 1) [HYPERLOGLOG] => hyper_log_log::pfadd;
    "pfcount" -2 [READONLY] (1 -1 1) [HYPERLOGLOG] => hyper_log_log::pfcount;
    "pfmerge" -2 [WRITE DENYOOM] (1 -1 1) [HYPERLOGLOG] => hyper_log_log::pfmerge;

    // Keys.
    "del" -2 [WRITE] (1 -1 1) [KEYSPACE] => key::del;
    "unlink" -2 [WRITE FAST] (1 -1 1) [KEYSPACE] => key::unlink;
    "exists" -2 [READONLY FAST] (1 -1 1) [KEYSPACE] => key::exists;
    "type" 2 [READONLY FAST] (1 1 1) [KEYSPACE] => key::type_of;
    "expire" -3 [WRITE FAST] (1 1 1) [KEYSPACE] => key::expire;
    "pexpire" -3 [WRITE FAST] (1 1 1) [KEYSPACE] => key::pexpire;
    "expireat" -3 [WRITE FAST] (1 1 1) [KEYSPACE] => key::expireat;
    "pexpireat" -3 [WRITE FAST] (1 1 1) [KEYSPACE] => key::pexpireat;
    "ttl" 2 [READONLY FAST] (1 1 1) [KEYSPACE] => key::ttl;
    "pttl" 2 [READONLY FAST] (1 1 1) [KEYSPACE] => key::pttl;
    "expiretime" 2 [READONLY FAST] (1 1 1) [KEYSPACE] => key::expiretime;
    "pexpiretime" 2 [READONLY FAST] (1 1 1) [KEYSPACE] => key::pexpiretime;
    "persist" 2 [WRITE FAST] (1 1 1) [KEYSPACE] => key::persist;
    "rename" 3 [WRITE] (1 2 1) [KEYSPACE] => key::rename;
    "renamenx" 3 [WRITE FAST] (1 2 1) [KEYSPACE] => key::renamenx;
    "keys" 2 [READONLY] (0 0 0) [KEYSPACE DANGEROUS] => key::keys;
    "scan" -2 [READONLY] (0 0 0) [KEYSPACE] => key::scan;
    "randomkey" 1 [READONLY] (0 0 0) [KEYSPACE] => key::randomkey;
    "copy" -3 [WRITE DENYOOM] (1 2 1) [KEYSPACE] => key::copy;
    "move" 3 [WRITE FAST] (1 1 1) [KEYSPACE] => key::move_key;
    "touch" -2 [READONLY FAST] (1 -1 1) [KEYSPACE] => key::touch;
    "dump" 2 [READONLY] (1 1 1) [KEYSPACE] => dump::dump;
    "restore" -4 [WRITE DENYOOM] (1 1 1) [KEYSPACE DANGEROUS] => dump::restore;
    "sort" -2 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [SET SORTEDSET LIST DANGEROUS] => sort::sort;
    "sort_ro" -2 [READONLY MOVABLEKEYS] (1 1 1) [SET SORTEDSET LIST DANGEROUS] => sort::sort_ro;
    "object" -2 [] (0 0 0) [] => server::container, OBJECT;

    // Hashes.
    "hset" -4 [WRITE DENYOOM FAST] (1 1 1) [HASH] => hash::hset;
    "hmset" -4 [WRITE DENYOOM FAST] (1 1 1) [HASH] => hash::hmset;
    "hsetnx" 4 [WRITE DENYOOM FAST] (1 1 1) [HASH] => hash::hsetnx;
    "hget" 3 [READONLY FAST] (1 1 1) [HASH] => hash::hget;
    "hmget" -3 [READONLY FAST] (1 1 1) [HASH] => hash::hmget;
    "hgetall" 2 [READONLY] (1 1 1) [HASH] => hash::hgetall;
    "hdel" -3 [WRITE FAST] (1 1 1) [HASH] => hash::hdel;
    "hexists" 3 [READONLY FAST] (1 1 1) [HASH] => hash::hexists;
    "hlen" 2 [READONLY FAST] (1 1 1) [HASH] => hash::hlen;
    "hstrlen" 3 [READONLY FAST] (1 1 1) [HASH] => hash::hstrlen;
    "hkeys" 2 [READONLY] (1 1 1) [HASH] => hash::hkeys;
    "hvals" 2 [READONLY] (1 1 1) [HASH] => hash::hvals;
    "hincrby" 4 [WRITE DENYOOM FAST] (1 1 1) [HASH] => hash::hincrby;
    "hincrbyfloat" 4 [WRITE DENYOOM FAST] (1 1 1) [HASH] => hash::hincrbyfloat;
    "hrandfield" -2 [READONLY] (1 1 1) [HASH] => hash::hrandfield;
    "hscan" -3 [READONLY] (1 1 1) [HASH] => hash::hscan;

    // Lists.
    "lpush" -3 [WRITE DENYOOM FAST] (1 1 1) [LIST] => list::lpush;
    "rpush" -3 [WRITE DENYOOM FAST] (1 1 1) [LIST] => list::rpush;
    "lpushx" -3 [WRITE DENYOOM FAST] (1 1 1) [LIST] => list::lpushx;
    "rpushx" -3 [WRITE DENYOOM FAST] (1 1 1) [LIST] => list::rpushx;
    "lpop" -2 [WRITE FAST] (1 1 1) [LIST] => list::lpop;
    "rpop" -2 [WRITE FAST] (1 1 1) [LIST] => list::rpop;
    "llen" 2 [READONLY FAST] (1 1 1) [LIST] => list::llen;
    "lrange" 4 [READONLY] (1 1 1) [LIST] => list::lrange;
    "lindex" 3 [READONLY] (1 1 1) [LIST] => list::lindex;
    "lset" 4 [WRITE DENYOOM] (1 1 1) [LIST] => list::lset;
    "lrem" 4 [WRITE] (1 1 1) [LIST] => list::lrem;
    "linsert" 5 [WRITE DENYOOM] (1 1 1) [LIST] => list::linsert;
    "ltrim" 4 [WRITE] (1 1 1) [LIST] => list::ltrim;
    "lmove" 5 [WRITE DENYOOM] (1 2 1) [LIST] => list::lmove;
    "rpoplpush" 3 [WRITE DENYOOM] (1 2 1) [LIST] => list::rpoplpush;
    "lpos" -3 [READONLY] (1 1 1) [LIST] => list::lpos;
    "lmpop" -4 [WRITE MOVABLEKEYS] (0 0 0) [LIST] => list::lmpop;
    "blpop" -3 [WRITE NOSCRIPT BLOCKING] (1 -2 1) [LIST] => blocking::blpop;
    "brpop" -3 [WRITE NOSCRIPT BLOCKING] (1 -2 1) [LIST] => blocking::brpop;
    "blmove" 6 [WRITE DENYOOM NOSCRIPT BLOCKING] (1 2 1) [LIST] => blocking::blmove;
    "blmpop" -5 [WRITE BLOCKING MOVABLEKEYS] (0 0 0) [LIST] => blocking::blmpop;
    "brpoplpush" 4 [WRITE DENYOOM NOSCRIPT BLOCKING] (1 2 1) [LIST] => blocking::brpoplpush;
    // Sets.
    "sadd" -3 [WRITE DENYOOM FAST] (1 1 1) [SET] => set::sadd;
    "srem" -3 [WRITE FAST] (1 1 1) [SET] => set::srem;
    "sismember" 3 [READONLY FAST] (1 1 1) [SET] => set::sismember;
    "smismember" -3 [READONLY FAST] (1 1 1) [SET] => set::smismember;
    "smembers" 2 [READONLY] (1 1 1) [SET] => set::smembers;
    "scard" 2 [READONLY FAST] (1 1 1) [SET] => set::scard;
    "spop" -2 [WRITE FAST] (1 1 1) [SET] => set::spop;
    "srandmember" -2 [READONLY] (1 1 1) [SET] => set::srandmember;
    "smove" 4 [WRITE FAST] (1 2 1) [SET] => set::smove;
    "sinter" -2 [READONLY] (1 -1 1) [SET] => set::sinter;
    "sunion" -2 [READONLY] (1 -1 1) [SET] => set::sunion;
    "sdiff" -2 [READONLY] (1 -1 1) [SET] => set::sdiff;
    "sinterstore" -3 [WRITE DENYOOM] (1 -1 1) [SET] => set::sinterstore;
    "sunionstore" -3 [WRITE DENYOOM] (1 -1 1) [SET] => set::sunionstore;
    "sdiffstore" -3 [WRITE DENYOOM] (1 -1 1) [SET] => set::sdiffstore;
    "sintercard" -3 [READONLY MOVABLEKEYS] (0 0 0) [SET] => set::sintercard;
    "sscan" -3 [READONLY] (1 1 1) [SET] => set::sscan;

    // Sorted sets.
    "zadd" -4 [WRITE DENYOOM FAST] (1 1 1) [SORTEDSET] => sorted_set::zadd;
    "zrem" -3 [WRITE FAST] (1 1 1) [SORTEDSET] => sorted_set::zrem;
    "zscore" 3 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zscore;
    "zmscore" -3 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zmscore;
    "zincrby" 4 [WRITE DENYOOM FAST] (1 1 1) [SORTEDSET] => sorted_set::zincrby;
    "zcard" 2 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zcard;
    "zcount" 4 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zcount;
    "zlexcount" 4 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zlexcount;
    "zrange" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrange;
    "zrangestore" -5 [WRITE DENYOOM] (1 2 1) [SORTEDSET] => sorted_set::zrangestore;
    "zrangebyscore" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrangebyscore;
    "zrevrange" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrevrange;
    "zrevrangebyscore" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrevrangebyscore;
    "zrangebylex" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrangebylex;
    "zrevrangebylex" -4 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrevrangebylex;
    "zrank" 3 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zrank;
    "zrevrank" 3 [READONLY FAST] (1 1 1) [SORTEDSET] => sorted_set::zrevrank;
    "zremrangebyrank" 4 [WRITE] (1 1 1) [SORTEDSET] => sorted_set::zremrangebyrank;
    "zremrangebyscore" 4 [WRITE] (1 1 1) [SORTEDSET] => sorted_set::zremrangebyscore;
    "zremrangebylex" 4 [WRITE] (1 1 1) [SORTEDSET] => sorted_set::zremrangebylex;
    "zpopmin" -2 [WRITE FAST] (1 1 1) [SORTEDSET] => sorted_set::zpopmin;
    "zpopmax" -2 [WRITE FAST] (1 1 1) [SORTEDSET] => sorted_set::zpopmax;
    "zmpop" -4 [WRITE MOVABLEKEYS] (0 0 0) [SORTEDSET] => sorted_set::zmpop;
    "zscan" -3 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zscan;
    "zrandmember" -2 [READONLY] (1 1 1) [SORTEDSET] => sorted_set::zrandmember;
    "zunion" -3 [READONLY MOVABLEKEYS] (0 0 0) [SORTEDSET] => sorted_set::zunion;
    "zinter" -3 [READONLY MOVABLEKEYS] (0 0 0) [SORTEDSET] => sorted_set::zinter;
    "zdiff" -3 [READONLY MOVABLEKEYS] (0 0 0) [SORTEDSET] => sorted_set::zdiff;
    "zunionstore" -4 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [SORTEDSET] => sorted_set::zunionstore;
    "zinterstore" -4 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [SORTEDSET] => sorted_set::zinterstore;
    "zdiffstore" -4 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [SORTEDSET] => sorted_set::zdiffstore;
    "zintercard" -3 [READONLY MOVABLEKEYS] (0 0 0) [SORTEDSET] => sorted_set::zintercard;
    "bzpopmin" -3 [WRITE NOSCRIPT BLOCKING FAST] (1 -2 1) [SORTEDSET] => blocking::bzpopmin;
    "bzpopmax" -3 [WRITE NOSCRIPT BLOCKING FAST] (1 -2 1) [SORTEDSET] => blocking::bzpopmax;
    "bzmpop" -5 [WRITE BLOCKING MOVABLEKEYS] (0 0 0) [SORTEDSET] => blocking::bzmpop;
    // Places.
    "geoadd" -5 [WRITE DENYOOM] (1 1 1) [GEO] => geo::geoadd;
    "geodist" -4 [READONLY] (1 1 1) [GEO] => geo::geodist;
    "geohash" -2 [READONLY] (1 1 1) [GEO] => geo::geohash;
    "geopos" -2 [READONLY] (1 1 1) [GEO] => geo::geopos;
    "georadius" -6 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [GEO] => geo::georadius;
    "georadius_ro" -6 [READONLY] (1 1 1) [GEO] => geo::georadius_ro;
    "georadiusbymember" -5 [WRITE DENYOOM MOVABLEKEYS] (1 1 1) [GEO] => geo::georadiusbymember;
    "georadiusbymember_ro" -5 [READONLY] (1 1 1) [GEO] => geo::georadiusbymember_ro;
    "geosearch" -7 [READONLY] (1 1 1) [GEO] => geo::geosearch;
    "geosearchstore" -8 [WRITE DENYOOM] (1 2 1) [GEO] => geo::geosearchstore;

    // Streams.
    "xadd" -5 [WRITE DENYOOM FAST] (1 1 1) [STREAM] => stream::xadd;
    "xlen" 2 [READONLY FAST] (1 1 1) [STREAM] => stream::xlen;
    "xrange" -4 [READONLY] (1 1 1) [STREAM] => stream::xrange;
    "xrevrange" -4 [READONLY] (1 1 1) [STREAM] => stream::xrevrange;
    "xdel" -3 [WRITE FAST] (1 1 1) [STREAM] => stream::xdel;
    "xtrim" -4 [WRITE] (1 1 1) [STREAM] => stream::xtrim;
    "xsetid" -3 [WRITE DENYOOM FAST] (1 1 1) [STREAM] => stream::xsetid;
    "xread" -4 [READONLY BLOCKING MOVABLEKEYS] (0 0 0) [STREAM] => stream::xread;
    "xreadgroup" -7 [WRITE BLOCKING MOVABLEKEYS] (0 0 0) [STREAM] => stream::xreadgroup;
    "xack" -4 [WRITE FAST] (1 1 1) [STREAM] => stream::xack;
    "xpending" -3 [READONLY] (1 1 1) [STREAM] => stream::xpending;
    "xclaim" -6 [WRITE FAST] (1 1 1) [STREAM] => stream::xclaim;
    "xautoclaim" -6 [WRITE FAST] (1 1 1) [STREAM] => stream::xautoclaim;
    "xgroup" -2 [] (0 0 0) [] => server::container, XGROUP;
    "xinfo" -2 [] (0 0 0) [] => server::container, XINFO;

    // Answered by whoever has the connection.
    "auth" -2 [ELSEWHERE NOSCRIPT LOADING STALE FAST NO_AUTH ALLOW_BUSY] (0 0 0) [CONNECTION] => server::elsewhere;
    "hello" -1 [ELSEWHERE NOSCRIPT LOADING STALE FAST NO_AUTH ALLOW_BUSY] (0 0 0) [CONNECTION] => server::elsewhere;
    "reset" 1 [ELSEWHERE NOSCRIPT LOADING STALE FAST NO_AUTH ALLOW_BUSY] (0 0 0) [CONNECTION] => server::elsewhere;
    "quit" -1 [ELSEWHERE NOSCRIPT LOADING STALE FAST NO_AUTH ALLOW_BUSY] (0 0 0) [CONNECTION] => server::elsewhere;
    "client" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, CLIENT;
    "acl" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, ACL;
    "multi" 1 [ELSEWHERE NOSCRIPT LOADING STALE FAST ALLOW_BUSY] (0 0 0) [TRANSACTION] => server::elsewhere;
    "exec" 1 [ELSEWHERE NOSCRIPT LOADING STALE SKIP_SLOWLOG] (0 0 0) [TRANSACTION] => server::elsewhere;
    "discard" 1 [ELSEWHERE NOSCRIPT LOADING STALE FAST ALLOW_BUSY] (0 0 0) [TRANSACTION] => server::elsewhere;
    "watch" -2 [ELSEWHERE NOSCRIPT LOADING STALE FAST ALLOW_BUSY] (1 -1 1) [TRANSACTION] => server::elsewhere;
    "unwatch" 1 [ELSEWHERE NOSCRIPT LOADING STALE FAST ALLOW_BUSY] (0 0 0) [TRANSACTION] => server::elsewhere;
    "subscribe" -2 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "unsubscribe" -1 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "psubscribe" -2 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "punsubscribe" -1 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "ssubscribe" -2 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (1 -1 1) [] => server::elsewhere;
    "sunsubscribe" -1 [ELSEWHERE PUBSUB NOSCRIPT LOADING STALE] (1 -1 1) [] => server::elsewhere;
    "spublish" 3 [ELSEWHERE PUBSUB LOADING STALE FAST] (1 1 1) [] => server::elsewhere;
    "pubsub" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, PUBSUB;
    "eval" -3 [ELSEWHERE NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "eval_ro" -3 [ELSEWHERE READONLY NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "evalsha" -3 [ELSEWHERE NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "evalsha_ro" -3 [ELSEWHERE READONLY NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "fcall" -3 [ELSEWHERE NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "fcall_ro" -3 [ELSEWHERE READONLY NOSCRIPT STALE SKIP_MONITOR NO_MANDATORY_KEYS MOVABLEKEYS] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, FUNCTION;
    "script" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, SCRIPT;
    "monitor" 1 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "save" 1 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING NO_MULTI] (0 0 0) [] => server::elsewhere;
    "bgsave" -1 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "bgrewriteaof" 1 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "shutdown" -1 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE NO_MULTI ALLOW_BUSY] (0 0 0) [] => server::elsewhere;
    "debug" -2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "wait" 3 [ELSEWHERE NOSCRIPT] (0 0 0) [CONNECTION] => server::elsewhere;
    "role" 1 [ELSEWHERE NOSCRIPT LOADING STALE FAST] (0 0 0) [ADMIN DANGEROUS] => server::elsewhere;
    "replicaof" 3 [ELSEWHERE ADMIN NOSCRIPT STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "slaveof" 3 [ELSEWHERE ADMIN NOSCRIPT STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "sync" 1 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING NO_MULTI] (0 0 0) [] => server::elsewhere;
    "psync" -3 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING NO_MULTI] (0 0 0) [] => server::elsewhere;
    "lastsave" 1 [ELSEWHERE LOADING STALE FAST] (0 0 0) [ADMIN DANGEROUS] => server::elsewhere;
    "readonly" 1 [ELSEWHERE LOADING STALE FAST] (0 0 0) [CONNECTION] => server::elsewhere;
    "readwrite" 1 [ELSEWHERE LOADING STALE FAST] (0 0 0) [CONNECTION] => server::elsewhere;
    "asking" 1 [ELSEWHERE FAST] (0 0 0) [CONNECTION] => server::elsewhere;
    "failover" -1 [ELSEWHERE ADMIN NOSCRIPT STALE] (0 0 0) [] => server::elsewhere;
    "lolwut" -1 [READONLY FAST] (0 0 0) [] => server::lolwut;
    "migrate" -6 [ELSEWHERE WRITE MOVABLEKEYS] (3 3 1) [KEYSPACE DANGEROUS] => server::elsewhere;
    "pfdebug" 3 [ELSEWHERE WRITE DENYOOM ADMIN] (2 2 1) [HYPERLOGLOG] => server::elsewhere;
    "pfselftest" 1 [ADMIN] (0 0 0) [HYPERLOGLOG] => server::pfselftest;
    "replconf" -1 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE ALLOW_BUSY] (0 0 0) [] => server::elsewhere;
    "restore-asking" -4 [WRITE DENYOOM ASKING] (1 1 1) [KEYSPACE DANGEROUS] => dump::restore;
    "slowlog" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, SLOWLOG;
    "latency" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, LATENCY;
    "memory" -2 [] (0 0 0) [] => server::container, MEMORY;
    "module" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, MODULE;
    "cluster" -2 [ELSEWHERE] (0 0 0) [] => server::elsewhere, CLUSTER;
}

commands! { ACL:
    "acl|cat" -2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|deluser" -3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|dryrun" -4 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|genpass" -2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|getuser" 3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|list" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|load" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|log" -2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|save" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|setuser" -3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|users" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "acl|whoami" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
}

commands! { CLIENT:
    "client|caching" 3 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|getname" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|getredir" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|id" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|info" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|kill" -3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|list" -2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|no-evict" 3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|pause" -3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|reply" 3 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|setname" 3 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|tracking" -3 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|trackinginfo" 2 [ELSEWHERE NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|unblock" -3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
    "client|unpause" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [CONNECTION] => server::elsewhere;
}

commands! { CLUSTER:
    "cluster|addslots" -3 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|addslotsrange" -4 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|bumpepoch" 2 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|count-failure-reports" 3 [ELSEWHERE ADMIN STALE] (0 0 0) [] => server::elsewhere;
    "cluster|countkeysinslot" 3 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|delslots" -3 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|delslotsrange" -4 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|failover" -2 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|flushslots" 2 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|forget" 3 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|getkeysinslot" 4 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "cluster|info" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|keyslot" 3 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|links" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|meet" -4 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|myid" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|nodes" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|replicas" 3 [ELSEWHERE ADMIN STALE] (0 0 0) [] => server::elsewhere;
    "cluster|replicate" 3 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|reset" -2 [ELSEWHERE ADMIN NOSCRIPT STALE] (0 0 0) [] => server::elsewhere;
    "cluster|saveconfig" 2 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|set-config-epoch" 3 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|setslot" -4 [ELSEWHERE ADMIN STALE NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "cluster|shards" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
    "cluster|slaves" 3 [ELSEWHERE ADMIN STALE] (0 0 0) [] => server::elsewhere;
    "cluster|slots" 2 [ELSEWHERE STALE] (0 0 0) [] => server::elsewhere;
}

commands! { COMMAND:
    "command|count" 2 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_count;
    "command|docs" -2 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_docs;
    "command|getkeys" -4 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_getkeys;
    "command|getkeysandflags" -4 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_getkeysandflags;
    "command|help" 2 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_help;
    "command|info" -2 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_info;
    "command|list" -2 [LOADING STALE] (0 0 0) [CONNECTION] => server::command_list;
}

commands! { CONFIG:
    "config|get" -3 [ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::config_get;
    "config|help" 2 [LOADING STALE] (0 0 0) [] => server::config_help;
    "config|resetstat" 2 [ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::config_resetstat;
    "config|rewrite" 2 [ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::config_rewrite;
    "config|set" -4 [ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::config_set;
}

commands! { FUNCTION:
    "function|delete" 3 [ELSEWHERE WRITE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|dump" 2 [ELSEWHERE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|flush" -2 [ELSEWHERE WRITE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|kill" 2 [ELSEWHERE NOSCRIPT ALLOW_BUSY] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|list" -2 [ELSEWHERE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|load" -3 [ELSEWHERE WRITE DENYOOM NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|restore" -3 [ELSEWHERE WRITE DENYOOM NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "function|stats" 2 [ELSEWHERE NOSCRIPT ALLOW_BUSY] (0 0 0) [SCRIPTING] => server::elsewhere;
}

commands! { LATENCY:
    "latency|doctor" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|graph" 3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|histogram" -2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|history" 3 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|latest" 2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
    "latency|reset" -2 [ELSEWHERE ADMIN NOSCRIPT LOADING STALE] (0 0 0) [] => server::elsewhere;
}

commands! { MEMORY:
    "memory|doctor" 2 [ELSEWHERE] (0 0 0) [] => server::elsewhere;
    "memory|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "memory|malloc-stats" 2 [ELSEWHERE] (0 0 0) [] => server::elsewhere;
    "memory|purge" 2 [ELSEWHERE] (0 0 0) [] => server::elsewhere;
    "memory|stats" 2 [ELSEWHERE] (0 0 0) [] => server::elsewhere;
    "memory|usage" -3 [READONLY] (2 2 1) [] => server::memory_usage;
}

commands! { MODULE:
    "module|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "module|list" 2 [ELSEWHERE ADMIN NOSCRIPT] (0 0 0) [] => server::elsewhere;
    "module|load" -3 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "module|loadex" -3 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
    "module|unload" 3 [ELSEWHERE ADMIN NOSCRIPT NO_ASYNC_LOADING] (0 0 0) [] => server::elsewhere;
}

commands! { OBJECT:
    "object|encoding" 3 [READONLY] (2 2 1) [KEYSPACE] => key::object_encoding;
    "object|freq" 3 [READONLY] (2 2 1) [KEYSPACE] => key::object_freq;
    "object|help" 2 [LOADING STALE] (0 0 0) [KEYSPACE] => key::object_help;
    "object|idletime" 3 [READONLY] (2 2 1) [KEYSPACE] => key::object_idletime;
    "object|refcount" 3 [READONLY] (2 2 1) [KEYSPACE] => key::object_refcount;
}

commands! { PUBSUB:
    "pubsub|channels" -2 [ELSEWHERE PUBSUB LOADING STALE] (0 0 0) [] => server::elsewhere;
    "pubsub|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "pubsub|numpat" 2 [ELSEWHERE PUBSUB LOADING STALE] (0 0 0) [] => server::elsewhere;
    "pubsub|numsub" -2 [ELSEWHERE PUBSUB LOADING STALE] (0 0 0) [] => server::elsewhere;
    "pubsub|shardchannels" -2 [ELSEWHERE PUBSUB LOADING STALE] (0 0 0) [] => server::elsewhere;
    "pubsub|shardnumsub" -2 [ELSEWHERE PUBSUB LOADING STALE] (0 0 0) [] => server::elsewhere;
}

commands! { SCRIPT:
    "script|debug" 3 [ELSEWHERE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "script|exists" -3 [ELSEWHERE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "script|flush" -2 [ELSEWHERE NOSCRIPT] (0 0 0) [SCRIPTING] => server::elsewhere;
    "script|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [SCRIPTING] => server::elsewhere;
    "script|kill" 2 [ELSEWHERE NOSCRIPT ALLOW_BUSY] (0 0 0) [SCRIPTING] => server::elsewhere;
    "script|load" 3 [ELSEWHERE NOSCRIPT STALE] (0 0 0) [SCRIPTING] => server::elsewhere;
}

commands! { SLOWLOG:
    "slowlog|get" -2 [ELSEWHERE ADMIN LOADING STALE] (0 0 0) [] => server::elsewhere;
    "slowlog|help" 2 [ELSEWHERE LOADING STALE] (0 0 0) [] => server::elsewhere;
    "slowlog|len" 2 [ELSEWHERE ADMIN LOADING STALE] (0 0 0) [] => server::elsewhere;
    "slowlog|reset" 2 [ELSEWHERE ADMIN LOADING STALE] (0 0 0) [] => server::elsewhere;
}

commands! { XGROUP:
    "xgroup|create" -5 [WRITE DENYOOM] (2 2 1) [STREAM] => stream::xgroup_create;
    "xgroup|createconsumer" 5 [WRITE DENYOOM] (2 2 1) [STREAM] => stream::xgroup_createconsumer;
    "xgroup|delconsumer" 5 [WRITE] (2 2 1) [STREAM] => stream::xgroup_delconsumer;
    "xgroup|destroy" 4 [WRITE] (2 2 1) [STREAM] => stream::xgroup_destroy;
    "xgroup|help" 2 [LOADING STALE] (0 0 0) [STREAM] => stream::xgroup_help;
    "xgroup|setid" -5 [WRITE] (2 2 1) [STREAM] => stream::xgroup_setid;
}

commands! { XINFO:
    "xinfo|consumers" 4 [READONLY] (2 2 1) [STREAM] => stream::xinfo_consumers;
    "xinfo|groups" 3 [READONLY] (2 2 1) [STREAM] => stream::xinfo_groups;
    "xinfo|help" 2 [LOADING STALE] (0 0 0) [STREAM] => stream::xinfo_help;
    "xinfo|stream" -3 [READONLY] (2 2 1) [STREAM] => stream::xinfo_stream;
}
