-- Re-opening a module keeps its table. Lua 5.1 manual §5.3.
package.path = arg[0]:gsub("[^/]*/[^/]*$", "") .. "support/?.lua"
local c = require("counter")
print(c.next_value(), c.next_value(), counter_loaded, c == counter) --> 1	2	1	true
require("counter")
print(counter_loaded); (function() module("counter") end)() --> 1
print(package.loaded.counter == c, c.next_value(), c._NAME) --> true	3	counter
package.loaded.counter = nil
print(require("counter") == c, counter_loaded, c.next_value()) --> true	2	4
