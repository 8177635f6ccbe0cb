-- An error while a module loads. Lua 5.1 manual §5.3, `require`.
package.path = arg[0]:gsub("[^/]*/[^/]*$", "") .. "support/?.lua"
print(require("geometry").area(3, 4)) --> 12
require("fails") --! support/fails.lua:2: module cannot start
