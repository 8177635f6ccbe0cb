-- A character that begins no token. PUC `llex.c`.
local price = 5
local total = price @ 2 --! unexpected symbol near '@'
