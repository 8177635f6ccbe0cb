-- `if`, `elseif`, `else`; only nil and false are false. Lua 5.1 manual §2.4.4.
local function kind(x)
  if x == nil then return "nil"
  elseif x == false then return "false"
  elseif x == 0 then return "zero"
  elseif x == "" then return "empty"
  elseif not x then return "never"
  else return "other" end
end
print(kind(nil), kind(false), kind(0), kind(""), kind({}), kind(true)) --> nil	false	zero	empty	other	other
if 0 then print("0 is true") end --> 0 is true
if "" then print("'' is true") end --> '' is true
if nil then print("no") else print("nil is false") end --> nil is false
if not (1 > 2) then print("not") end --> not
if 1 then elseif 2 then print("no") else print("no") end
