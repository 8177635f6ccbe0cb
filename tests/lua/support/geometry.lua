-- A module that returns a table; used by programs of other folders.
local M = {}
M.name = ...
function M.area(w, h) return w * h end
return M
