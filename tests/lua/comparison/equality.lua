-- `==` never converts; tables and functions compare by identity. Lua 5.1 manual §2.5.2.
print(1 == 1.0, "1" == 1, 0 == -0, "a" == "a", "a" == "A") --> true	false	true	true	false
print(nil == false, nil == nil, true == 1, {} == {}, "" == false) --> false	true	false	false	false
local t = {} local u = t
print(t == u, t ~= u, t == {}, print == print) --> true	false	false	true
print("abc" == "ab" .. "c", ("x"):rep(100) == ("x"):rep(100)) --> true	true
print(1 ~= 1, "a" ~= "b", nil ~= false) --> false	true	true
print(0/0 == 0/0, 1/0 == 1/0, 1/0 == -1/0) --> false	true	false
