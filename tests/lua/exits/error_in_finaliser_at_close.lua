-- Errors in finalisers at the end are dropped. PUC `lstate.c`, `callallgcTM`.
a = newproxy(true)
getmetatable(a).__gc = function() print("one") error("dropped") end --> one
b = newproxy(true)
getmetatable(b).__gc = function() print("two") end --> two
print("end") --> end
