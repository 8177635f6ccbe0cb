// A to-do list: a library of functions keeps it consistent, as it would on a Redis server.

import { Redmoon, RedmoonError } from 'redmoon';

const rm = await Redmoon.create();

rm.functionLoad(`#!lua name=todo

-- KEYS[1] is the list: a hash of texts, and beside it a sorted set of what is open, by priority.
local function open_key(keys) return keys[1] .. ':open' end

redis.register_function('todo_add', function(keys, args)
  local id = redis.call('HINCRBY', keys[1], 'last', 1)
  redis.call('HSET', keys[1], 'text:' .. id, args[1])
  redis.call('ZADD', open_key(keys), args[2] or 5, id)
  return id
end)

redis.register_function('todo_done', function(keys, args)
  if redis.call('ZREM', open_key(keys), args[1]) == 0 then
    return redis.error_reply('NOTODO there is no open item ' .. args[1])
  end
  return redis.call('ZCARD', open_key(keys))
end)

redis.register_function{function_name = 'todo_list', flags = {'no-writes'}, callback = function(keys)
  local texts = {}
  for _, id in ipairs(redis.call('ZRANGE', open_key(keys), 0, -1)) do
    texts[#texts + 1] = id .. ' ' .. redis.call('HGET', keys[1], 'text:' .. id)
  end
  return texts
end}`);

const keys = ['list'];
await rm.fcall('todo_add', { keys, args: ['water the plants', 3] });
await rm.fcall('todo_add', { keys, args: ['call the moon'] });
await rm.fcall('todo_add', { keys, args: ['sleep', 1] });
console.log(await rm.fcall('todo_list', { keys, readOnly: true }));

console.log('left:', await rm.fcall('todo_done', { keys, args: [3] }));
try {
  await rm.fcall('todo_done', { keys, args: [3] });
} catch (error) {
  if (error instanceof RedmoonError) console.log(error.code, '-', error.message);
}
console.log(await rm.fcall('todo_list', { keys, readOnly: true }));
rm.dispose();

// Prints:
//   [ '3 sleep', '1 water the plants', '2 call the moon' ]
//   left: 2
//   NOTODO - NOTODO there is no open item 3
//   [ '1 water the plants', '2 call the moon' ]
