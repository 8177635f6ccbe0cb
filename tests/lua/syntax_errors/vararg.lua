-- `...` outside a vararg function. PUC `lparser.c`, `simpleexp`.
print(loadstring("function f() return ... end", "=v")) --> nil	v:1: cannot use '...' outside a vararg function near '...'
print(loadstring("function f(...) return function() return ... end end", "=v")) --> nil	v:1: cannot use '...' outside a vararg function near '...'
print(loadstring("local f = function(a) local b = {...} end", "=v")) --> nil	v:1: cannot use '...' outside a vararg function near '...'
print(type(loadstring("return ...", "=v")), type(loadstring("local f = function(...) return (...) end", "=v"))) --> function	function
print(loadstring("return ....", "=v")) --> nil	v:1: '<eof>' expected near '.'
print(loadstring("return .. 1", "=v")) --> nil	v:1: unexpected symbol near '..'
print(loadstring("x = ...; function g() ... end", "=v")) --> nil	v:1: unexpected symbol near '...'
