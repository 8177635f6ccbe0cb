-- Raising a boolean. PUC `lua.c`, `report`.
error(true)
