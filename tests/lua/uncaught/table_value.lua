-- An error object that is a table has no text. PUC `lua.c`, `report`.
print("raising a table") --> raising a table
error({ code = 42 })
