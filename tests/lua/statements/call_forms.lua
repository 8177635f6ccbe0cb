-- Calls with a string or a table as the only argument. Lua 5.1 manual §2.5.8.
local function f(x) return type(x) == "table" and #x or x end
print(f"a", f'b', f[[c]], f[=[d]=], f{1, 2}, f{}) --> a	b	c	d	2	0
local o = { v = 7 }
function o:m(x) return self.v, x end
print(o:m"s") --> 7	s
print(o:m{}, (o:m[[t]])) --> 7	7
print(("%d"):format(5), ("x"):rep(3)) --> 5	xxx
print(#"abc", ("abc"):len()) --> 3	3
local function curry(a) return function(b) return function(c) return a .. b .. c end end end
print(curry"x""y""z", curry"1"[[2]]'3') --> xyz	123
print(pcall(function() return type(f)"x" end)) --> false	statements/call_forms.lua:12: attempt to call a string value
