-- A malformed number. PUC `llex.c`, `read_numeral`.
local a = 10
local b = 0x1G --! malformed number near '0x1G'
