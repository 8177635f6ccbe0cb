-- `and` and `or` yield an operand. Lua 5.1 manual §2.5.3.
print(nil or "a", false or nil, nil and 1, false and 1) --> a	nil	nil	false
print(10 or 20, 10 or error("no"), nil or "a", nil and 10) --> 10	10	a	nil
print(false and error("no"), false and nil, false or nil, 10 and 20) --> false	false	nil	20
print(1 and 2 and 3, 1 and nil and 3, nil or false or 3) --> 3	nil	3
print(1 and 2 or 3, nil and 2 or 3, 1 and nil or 3) --> 2	3	3
print((nil or 1) and 2, nil or (1 and 2)) --> 2	2
print(not nil, not 0, not "", not not nil, not not 1) --> true	false	false	false	true
