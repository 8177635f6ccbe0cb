-- A failed `assert` with a message, which gets no position. Lua 5.1 manual §5.1.
local file = assert(loadstring("return 1"))
print(file()) --> 1
local bad = assert(loadstring("return +", "=bad")) --! bad:1: unexpected symbol near '+'
