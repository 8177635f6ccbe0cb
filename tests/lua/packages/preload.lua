-- `package.preload` comes first. Lua 5.1 manual §5.3.
package.preload.mine = function(...) print("loading", ...) return { v = 42 } end --> loading	mine
print(require("mine").v, require("mine").v) --> 42	42
package.preload.none = function() end
print(require("none"), package.loaded.none) --> true	true
package.preload.sets = function(n) package.loaded[n] = "set by itself" end
print(require("sets")) --> set by itself
package.preload.fails = function() error("cannot load") end
print(pcall(require, "fails")) --> false	packages/preload.lua:8: cannot load
print(pcall(require, "fails")) --> false	loop or previous error loading module 'fails'
package.preload.notfn = 5
print(pcall(require, "notfn"))
package.preload["a.b.c"] = loadstring("return ... .. '!'")
print(require("a.b.c")) --> a.b.c!
package.preload.env = loadstring("x = 1 return x")
print(require("env"), x) --> 1	1
package.preload.falsy = function() return false end
print(require("falsy"), package.loaded.falsy) --> false	false
