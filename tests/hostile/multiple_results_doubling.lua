-- stops: error too many results to unpack
local t = { 1 }
while true do t = { unpack(t) } for i = 1, #t do t[#t + 1] = t[i] end end
