-- A call whose parenthesis begins a line. PUC `lparser.c`, `funcargs`.
local f = print
local g = f
(f or g)("never") --! ambiguous syntax (function call x new statement) near '('
