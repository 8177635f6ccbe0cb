-- Every reserved word refuses to be a name. Lua 5.1 manual §2.1.
for word in ("and break do else elseif end false for function if in local nil not or repeat return then true until while"):gmatch("%a+") do
  io.write(select(2, loadstring("local " .. word .. " = 1", "=w")), "\n")
end
for _, word in ipairs { "goto", "continue", "class", "self", "And" } do io.write(word, " ", type(loadstring("local " .. word .. " = 1")), "\n") end
