-- stops: fuel
local o = {}
function o:spin() return self:spin() end
o:spin()
