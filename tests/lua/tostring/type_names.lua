-- `type` of every kind of value. Lua 5.1 manual §5.1.
print(type(nil), type(true), type(1), type("s"), type({}), type(print), type(function() end), type(coroutine.create(function() end)), type(newproxy()), type(io.stdout))
print(type(type(nil))) --> string
print(pcall(type)) --> false	bad argument #1 to '?' (value expected)
print(type(nil, 1)) --> nil
print(type(type), type(_G), type(_VERSION), type(0/0), type(math.huge)) --> function	table	string	number	number
print(_VERSION) --> Lua 5.1
