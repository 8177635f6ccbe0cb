-- A module whose loading fails; used by programs of other folders.
local function start() error("module cannot start") end
if ... then start() end
