-- `return` from nested blocks and loops. Lua 5.1 manual §2.4.4.
local function find(t, v)
  for i, x in ipairs(t) do
    if type(x) == "table" then
      for j, y in ipairs(x) do
        if y == v then
          return i, j
        end
      end
    elseif x == v then
      return i
    end
  end
  return nil, "not found"
end
print(find({ 1, { 2, 3 }, 4 }, 3)) --> 2	2
print(find({ 1, { 2, 3 }, 4 }, 4)) --> 3
print(find({}, 1)) --> nil	not found
local function w()
  local i = 0
  while true do
    i = i + 1
    repeat
      if i > 5 then
        return i, "from repeat"
      end
    until true do
      if i == 100 then
        return
      end
    end
  end
end
print(w()) --> 6	from repeat
local function early(x) if x then do return "early" end end return "late" end
print(early(true), early(false)) --> early	late
local function c() for i = 1, 3 do local f = function() return i end if i == 2 then return f end end end
print(c()()) --> 2
