-- stops: fuel
for x in function() return true end do end
