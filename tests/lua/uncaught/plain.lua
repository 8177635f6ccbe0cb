-- An uncaught error at the top level. PUC `lua.c`, `traceback`.
print("before") --> before
error("went wrong") --! went wrong
print("after")
