-- `%s` and `%q`. Lua 5.1 manual §5.4.
local f = string.format
print(f("[%s] [%10s] [%-10s] [%.2s] [%10.2s] [%-10.2s]", "abc", "abc", "abc", "abc", "abc", "abc")) --> [abc] [       abc] [abc       ] [ab] [        ab] [ab        ]
print(f("%s %s %s", 1, 1.5, "x")) --> 1 1.5 x
print(pcall(f, "%s", nil)) --> false	bad argument #2 to '?' (string expected, got nil)
print(pcall(f, "%s", true)) --> false	bad argument #2 to '?' (string expected, got boolean)
print(pcall(f, "%s", {})) --> false	bad argument #2 to '?' (string expected, got table)
print(pcall(f, "%s")) --> false	bad argument #2 to '?' (no value)
print(f("%s", ("x"):rep(200)):len()) --> 200
