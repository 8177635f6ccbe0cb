-- `do` blocks make scopes, locals shadow. Lua 5.1 manual §2.4.1, §2.6.
local x = 1
do
  local x = 2
  do local x = x + 1; print(x) end --> 3
  print(x) --> 2
end
print(x) --> 1
local x = x + 10
print(x) --> 11
do end
do local y = x; end
