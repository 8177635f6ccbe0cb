-- Modules that require each other. PUC `loadlib.c`, `sentinel_`.
package.preload.a = function() return { b = require("b") } end
package.preload.b = function() return { a = require("a") } end
print(pcall(require, "a")) --> false	packages/loop.lua:3: loop or previous error loading module 'a'
print(package.loaded.a == nil, pcall(require, "b")) --> false	false	loop or previous error loading module 'b'
package.preload.self = function() return require("self") end
print(pcall(require, "self")) --> false	packages/loop.lua:6: loop or previous error loading module 'self'
