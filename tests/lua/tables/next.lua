-- `next` walks a table; its errors. Lua 5.1 manual §5.1.
print(next {}) --> nil
print(next { 10 }) --> 1	10
print(next({ 10 }, 1)) --> nil
print(next({ 10, 20 }, 1)) --> 2	20
print(next({ a = 1 })) --> a	1
print(next({ a = 1 }, "a")) --> nil
print(pcall(next, {}, 1)) --> false	invalid key to 'next'
print(pcall(next, { 1 }, 2)) --> false	invalid key to 'next'
print(pcall(next, { 1 }, "x")) --> false	invalid key to 'next'
print(pcall(next)) --> false	bad argument #1 to '?' (table expected, got no value)
print(pcall(next, nil)) --> false	bad argument #1 to '?' (table expected, got nil)
print(pcall(next, 5, 1)) --> false	bad argument #1 to '?' (table expected, got number)
print(rawequal(next, (pairs {}))) --> false
print(pcall(next, {}, 0/0)) --> false	invalid key to 'next'
local t = { 1, 2, 3 }
local k, n = nil, 0
repeat k = next(t, k) n = n + 1 until k == nil
print(n) --> 4
t[2] = nil
print(next(t, 1)) --> 3	3
print(next(t, 2)) --> 3	3
print(select("#", next({}))) --> 1
