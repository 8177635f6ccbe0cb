-- A module that does not compile; used by programs of other folders.
local x = = 1 --! unexpected symbol near '='
