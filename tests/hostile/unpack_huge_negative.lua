-- stops: error too many results to unpack
local t = { unpack({}, -1e9, 1e9) }
