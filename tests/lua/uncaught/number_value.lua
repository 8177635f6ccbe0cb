-- Raising a number: it is a text already. PUC `lua.c`, `traceback`.
error(404) --! 404
