-- Assigning to a call. PUC `lparser.c`, `exprstat`.
local function f() end
f() = 3 --! unexpected symbol near '='
