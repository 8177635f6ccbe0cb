-- Leaving normally runs the finalisers of what is left. PUC `lgc.c`, `luaC_callGCTMudata`.
for i = 1, 3 do
  local p = newproxy(true)
  getmetatable(p).__gc = function() print("finaliser", i) end --> finaliser	3 --> finaliser	2 --> finaliser	1
  _G["keep" .. i] = p
end
print("end of the chunk") --> end of the chunk
