-- `require` loads once and returns the same value. Lua 5.1 manual §5.3.
package.path = arg[0]:gsub("[^/]*/[^/]*$", "") .. "support/?.lua"
local g = require("geometry")
print(type(g), g.area(2, 3), g.name, require("geometry") == g, package.loaded.geometry == g) --> table	6	geometry	true	true
package.loaded.geometry = nil
print(require("geometry") == g) --> false
print(require("returns_false"), package.loaded.returns_false, require("returns_false")) --> false	false	false
require("chatty") --> loading	chatty
print(package.loaded.chatty, require("chatty")) --> true	true
package.loaded.chatty = nil
require("chatty") --> loading	chatty
print(pcall(require, "fails")) --> false	support/fails.lua:2: module cannot start
print(type(package.loaded.fails), pcall(require, "fails")) --> userdata	false	loop or previous error loading module 'fails'
print((select(2, pcall(require, "broken")))) --> error loading module 'broken' from file 'support/broken.lua': --> 	support/broken.lua:2: unexpected symbol near '='
print(pcall(require)) --> false	bad argument #1 to '?' (string expected, got no value)
print(pcall(require, {})) --> false	bad argument #1 to '?' (string expected, got table)
print(require("string") == string, require("_G") == _G) --> true	true
