-- Functions as values: map, fold, compose, curry, memoize. Lua 5.1 manual §2.2.
local function map(f, t) local r = {} for i, v in ipairs(t) do r[i] = f(v) end return r end
local function fold(f, a, t) for _, v in ipairs(t) do a = f(a, v) end return a end
local function compose(...)
  local fs = { ... }
  return function(...)
    local r = { ... }
    for i = #fs, 1, -1 do
      r = { fs[i](unpack(r)) }
    end
    return unpack(r)
  end
end
local function curry(f, n)
  local function go(args, n)
    if n == 0 then
      return f(unpack(args))
    end
    return function(x)
      local a = { unpack(args) }
      a[#a + 1] = x
      return go(a, n - 1)
    end
  end
  return go({}, n)
end
print(unpack(map(function(x) return x * x end, { 1, 2, 3, 4 }))) --> 1	4	9	16
print(fold(function(a, b) return a + b end, 0, { 1, 2, 3, 4 }), fold(math.max, -math.huge, { 3, 9, 2 })) --> 10	9
print(compose(string.upper, string.reverse, tostring)(1 .. "abc")) --> CBA1
print(curry(function(a, b, c) return a .. b .. c end, 3)("x")("y")("z")) --> xyz
local calls = 0
local function memo(f) local c = {} return function(x) local v = c[x] if v == nil then v = f(x) c[x] = v end return v end end
local sq = memo(function(x) calls = calls + 1 return x * x end)
print(sq(4), sq(4), sq(5), calls) --> 16	16	25	2
