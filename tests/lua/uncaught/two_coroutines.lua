-- An error through two wrapped coroutines gathers two positions.
local inner = coroutine.wrap(function() error("from the inside") end)
local outer = coroutine.wrap(function() inner() end)
outer() --! uncaught/two_coroutines.lua:3: uncaught/two_coroutines.lua:2: from the inside
