-- A module that does not compile. PUC `loadlib.c`, `loader_Lua`.
package.path = arg[0]:gsub("[^/]*/[^/]*$", "") .. "support/?.lua"
require("broken") --! error loading module 'broken' from file 'support/broken.lua':
