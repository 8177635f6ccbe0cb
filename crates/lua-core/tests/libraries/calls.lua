-- Calls with arguments of every kind, as the same random numbers choose them.
local seed = 4711
local function random(n)
  seed = (seed * 1103515245 + 12345) % 2147483648
  return math.floor(seed / 65536) % n + 1
end
local function pick(list) return list[random(#list)] end

local numbers = {
  0, -0, 1, 2, 3, 4, 5, 7, 10, -1, -2, -3, -7, -100, 100, 2.5, -2.5, 0.1, 1e15, 2 ^ 31, -2 ^ 31, 2 ^ 31 - 1, 2 ^ 32,
  2 ^ 53, 2 ^ 63, -2 ^ 63, 1e300, -1e300, 1 / 0, -1 / 0, 255, 256, 65, 97.9, 1e-5, 123456.789,
}
local small = { 0, 1, 2, 3, 5, 8, -1, -3, 2.9, 12, -100 }
local strings = {
  "", "a", "ab", "abc", "hello world", "The Quick Brown", "a\0b", "\0", "12", " 7 ", "0x10", "1e2", "x1y22z333", "aaaa",
  "key = value", "(a(b)c)", "%d", "\255\128", ("long "):rep(30), "line\nline\r\n", '"quoted\\"',
}
local patterns = {
  "", "a", "a*", "a-", "%a+", "%d+", "(%w+)", "()", "(%a)(%d)", "^%a", "%a$", ".", ".-l", "[a-c]+", "[^%s]*", "%b()",
  "%f[%w]%w+", "(a)(b)?", "%1", "(.)%1", "(", ")", "[", "%", "[]]", "[^]", "l+", "\0", "%z", "(%w+)%s*=%s*(%w+)", "x*$",
}
local formats = {
  "%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%u", "%c", "%s", "%10s", "%-10s|", "%.2s",
  "%q", "%e", "%.3e", "%f", "%.0f", "%10.2f", "%g", "%.14g", "%G", "%%", "%", "%y", "%5", "%.", "%i", "%E", "%#o", "%+.3g",
  "%99d", "%100d", "%.99f", "%s %s", "%d:%s:%g", "%.20s", "%s%%", "%#g", "%-+05d", "%0000005d",
}
local anything = { 1, 2.5, "a", "12", true, false, print, {}, {} }
local function value() return random(4) == 1 and pick(anything) or pick(random(2) == 1 and strings or numbers) end

local function show(v)
  if type(v) == "string" then
    return '"' .. (v:gsub("[^\33-\126]", function(c) return ("\\%03d"):format(c:byte()) end)) .. '"'
  elseif type(v) == "number" then
    return v ~= v and "nan" or ("%.17g"):format(v)
  end
  return type(v)
end
local function call(name, f, ...)
  local function out(...)
    local texts = {}
    for i = 1, select("#", ...) do
      local v = select(i, ...)
      texts[i] = v == nil and "nil" or show(v)
    end
    local text = table.concat(texts, " ")
    print(name, #text > 500 and "long " .. #text or text)
  end
  out(pcall(f, ...))
end

local function list()
  local t = {}
  for i = 1, random(8) - 1 do t[i] = random(3) == 1 and pick(strings) or pick(small) end
  if random(4) == 1 then t[random(12)] = random(2) == 1 and "hole" or nil end
  return t
end
local function contents(t)
  local texts = {}
  for i = -4, 14 do texts[#texts + 1] = t[i] ~= nil and show(t[i]) or "." end
  return table.concat(texts, " ")
end

for _ = 1, 1500 do
  call("sub", string.sub, pick(strings), pick(numbers), pick(numbers))
  call("sub", string.sub, pick(strings), pick(small), pick(small))
  call("sub", string.sub, value(), value(), value())
  call("byte", string.byte, pick(strings), pick(small), pick(small))
  call("byte", string.byte, value(), value())
  call("char", string.char, pick(numbers))
  call("char", string.char, value(), value(), 66)
  call("rep", string.rep, pick(strings), pick(small))
  call("rep", string.rep, value(), pick(small))
  call("case", string.upper, value())
  call("case", string.lower, value())
  call("reverse", string.reverse, value())
  call("len", string.len, value())
  call("find", string.find, pick(strings), pick(patterns), pick(numbers))
  call("find", string.find, pick(strings), pick(strings), pick(small), random(2) == 1)
  call("find", string.find, value(), value(), value(), value())
  call("match", string.match, pick(strings), pick(patterns), pick(small))
  call("gsub", string.gsub, pick(strings), pick(patterns), pick { "", "x", "%0", "%1", "<%0>", "%%", "%2", "%", "%a" })
  call("gsub", string.gsub, pick(strings), pick(patterns), pick(strings), pick(numbers))
  call("gsub", string.gsub, pick(strings), pick(patterns), { a = 1, ab = "two", l = false, ["12"] = true, [1] = "one" })
  call("gsub", string.gsub, pick(strings), pick(patterns), function(...) return random(3) ~= 1 and value() or nil end)
  call("gsub", string.gsub, value(), value(), value(), value())
  call("gmatch", function(s, p)
    local found = {}
    for a, b in string.gmatch(s, p) do
      found[#found + 1] = show(a) .. tostring(b)
      if #found > 30 then break end
    end
    return table.concat(found, ";")
  end, pick(strings), pick(patterns))
  call("format", string.format, pick(formats), value(), value(), value())
  call("format", string.format, pick(formats), pick(numbers))
  call("format", string.format, pick(formats) .. pick(strings) .. pick(formats), pick(numbers), pick(strings))

  local t = list()
  call("concat", table.concat, t)
  call("concat", table.concat, t, value(), pick(small), pick(small))
  call("insert", table.insert, t, value())
  call("insert", table.insert, t, pick(small), pick(small))
  print(contents(t))
  call("remove", table.remove, t)
  call("remove", table.remove, t, pick(numbers))
  call("maxn", table.maxn, t)
  call("getn", table.getn, value())
  call("foreachi", table.foreachi, t, function(i, v) if random(3) == 1 then return v end end)
  call("unpack", unpack, t, pick(small), pick(small))
  print(contents(t))

  for _, name in ipairs { "abs", "ceil", "floor", "deg", "rad", "sqrt" } do call(name, math[name], pick(numbers)) end
  call("max", math.max, pick(numbers), pick(numbers), value())
  call("min", math.min, pick(numbers), pick(numbers))
  call("modf", math.modf, pick(numbers))
  call("frexp", math.frexp, pick(numbers))
  call("ldexp", math.ldexp, pick(numbers), pick(small))
  call("fmod", math.fmod, pick(numbers), pick(numbers))
  call("tostring", tostring, pick(numbers))
  call("tonumber", tonumber, value(), pick { 10, 16, 2, 36 })
end
