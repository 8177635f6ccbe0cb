-- Variables reached through several levels of functions. Lua 5.1 manual §2.6.
local function l1(a)
  return function(b)
    return function(c)
      return function(d)
        a = a + 1 c = c + b
        return a, b, c, d, (function() a = a + 100 return a end)()
      end
    end
  end
end
local f = l1(1)(2)(3)
print(f(4)) --> 2	2	5	4	102
print(f(5)) --> 103	2	7	5	203
local function outer()
  local x = 0
  local function mid() local function inner() x = x + 1 return x end return inner end
  return mid(), mid(), function() return x end
end
local i1, i2, get = outer()
print(i1(), i2(), i1(), get()) --> 1	2	3	3
