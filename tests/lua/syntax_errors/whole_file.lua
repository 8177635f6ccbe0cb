-- A file that does not compile prints nothing. PUC `lua.c`.
print("never printed")
local x = 1
x = = 2 --! unexpected symbol near '='
