-- `package.path` and `cpath` must be strings. PUC `loadlib.c`, `findfile`.
package.path = nil
print(pcall(require, "x")) --> false	'package.path' must be a string
package.path = 5
package.cpath = "./?.none"
print(pcall(require, "x")) --> false	module 'x' not found: --> 	no field package.preload['x'] --> 	no file '5' --> 	no file './x.none'
package.path = ""
package.cpath = ""
print(pcall(require, "x")) --> false	module 'x' not found: --> 	no field package.preload['x']
package.path = "?;?.x;./?/?"
print(pcall(require, "a.b")) --> false	module 'a.b' not found: --> 	no field package.preload['a.b'] --> 	no file 'a/b' --> 	no file 'a/b.x' --> 	no file './a/b/a/b'
package.path = {}
print(pcall(require, "x")) --> false	'package.path' must be a string
package.path = "?"
package.cpath = nil
print(pcall(require, "not-there")) --> false	'package.cpath' must be a string
package.preload = nil
print(pcall(require, "q")) --> false	'package.preload' must be a table
print(package.config:gsub("\n", " ")) --> / ; ? ! -	4
