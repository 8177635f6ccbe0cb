-- `getinfo` of a function, field by field. Lua 5.1 manual §5.9.
local function show(i)
  local r = {}
  for _, k in ipairs { "source", "short_src", "what", "currentline", "linedefined", "lastlinedefined", "name", "namewhat", "nups" } do
    r[#r + 1] = k .. "=" .. tostring(i[k])
  end
  print(table.concat(r, " "), i.func and type(i.func), i.activelines and "lines")
end
local a, b = 1, 2
local function two()
  return a, b

end
show(debug.getinfo(two))
show(debug.getinfo(type)) --> source==[C] short_src=[C] what=C currentline=-1 linedefined=-1 lastlinedefined=-1 name=nil namewhat= nups=0	function	nil
show(debug.getinfo(loadstring("return 1", "=named")))
show(debug.getinfo(loadstring("a = 1\nb = 2")))
show(debug.getinfo(two, "S"))
show(debug.getinfo(two, "l")) --> source=nil short_src=nil what=nil currentline=-1 linedefined=nil lastlinedefined=nil name=nil namewhat=nil nups=nil	nil	nil
show(debug.getinfo(two, "u")) --> source=nil short_src=nil what=nil currentline=nil linedefined=nil lastlinedefined=nil name=nil namewhat=nil nups=2	nil	nil
show(debug.getinfo(two, "n")) --> source=nil short_src=nil what=nil currentline=nil linedefined=nil lastlinedefined=nil name=nil namewhat= nups=nil	nil	nil
show(debug.getinfo(two, "f")) --> source=nil short_src=nil what=nil currentline=nil linedefined=nil lastlinedefined=nil name=nil namewhat=nil nups=nil	function	nil
show(debug.getinfo(two, "nSluf"))
show(debug.getinfo(two, "")) --> source=nil short_src=nil what=nil currentline=nil linedefined=nil lastlinedefined=nil name=nil namewhat=nil nups=nil	nil	nil
local lines = {}
for l in pairs(debug.getinfo(two, "L").activelines) do lines[#lines + 1] = l end
table.sort(lines)
print(table.concat(lines, " ")) --> 11 13
print(debug.getinfo(type, "L").activelines) --> nil
print(debug.getinfo(two, "f").func == two, debug.getinfo(two).func == two) --> true	true
