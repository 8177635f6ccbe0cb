-- An empty message. PUC `lua.c`.
error("", 0) --! 
