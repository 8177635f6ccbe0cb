-- stops: error too many results to unpack
local t = { unpack({}, 1, 1e8) }
