-- `error()` raises nil. PUC `lua.c`, `report`.
print("raising nil") --> raising nil
error()
