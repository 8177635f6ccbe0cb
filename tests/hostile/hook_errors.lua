-- stops: fuel
-- needs: debug
while true do
  pcall(function()
    debug.sethook(function() debug.sethook() error("from the hook") end, "l")
    local x = 1
    while true do x = x + 1 end
  end)
end
