-- 200 levels of every kind of syntax. PUC `lparser.c`, `enterlevel`; `luaconf.h`, `LUAI_MAXCCALLS`.
local function deepest(name, make)
  local lo, hi = 1, 400
  while lo < hi do
    local mid = math.floor((lo + hi) / 2)
    if loadstring(make(mid), "=deep") then lo = mid + 1 else hi = mid end
  end
  print(name, lo, (select(2, loadstring(make(lo), "=deep"))))
  -- Where registers run out before levels do, the text depends on who counts first.
  local message = select(2, loadstring(make(100000), "=deep"))
  print(name, (message:find("too many") or message:find("too complex")) ~= nil)
end
local function around(open, middle, close)
  return function(n) return open:rep(n) .. middle .. close:rep(n) end
end
deepest("parentheses", around("x = (", "1", ")")) --> parentheses	2	deep:1: ')' expected near '=' --> parentheses	false
deepest("parentheses", function(n) return "x = " .. ("("):rep(n) .. "1" .. (")"):rep(n) end) --> parentheses	197	deep:1: chunk has too many syntax levels --> parentheses	true
deepest("constructors", function(n) return "x = " .. ("{"):rep(n) .. ("}"):rep(n) end) --> constructors	198	deep:1: chunk has too many syntax levels --> constructors	true
deepest("constructor fields", function(n) return "x = " .. ("{a="):rep(n) .. "1" .. ("}"):rep(n) end)
deepest("constructor keys", function(n) return "x = " .. ("{["):rep(n) .. "1" .. ("]=1}"):rep(n) end)
deepest("indexes", function(n) return "x = " .. ("a["):rep(n) .. "1" .. ("]"):rep(n) end) --> indexes	197	deep:1: chunk has too many syntax levels --> indexes	true
deepest("arguments", function(n) return "x = " .. ("f("):rep(n) .. "1" .. (")"):rep(n) end) --> arguments	197	deep:1: chunk has too many syntax levels --> arguments	true
deepest("table arguments", function(n) return "x = " .. ("f{"):rep(n) .. "1" .. ("}"):rep(n) end)
deepest("methods", function(n) return "x = " .. ("a:f("):rep(n) .. "1" .. (")"):rep(n) end) --> methods	125	deep:1: function or expression too complex near '(' --> methods	true
deepest("not", function(n) return "x = " .. ("not "):rep(n) .. "y" end) --> not	197	deep:1: chunk has too many syntax levels --> not	true
deepest("minus", function(n) return "x = " .. ("- "):rep(n) .. "y" end) --> minus	197	deep:1: chunk has too many syntax levels --> minus	true
deepest("length", function(n) return "x = " .. ("#"):rep(n) .. "y" end) --> length	197	deep:1: chunk has too many syntax levels --> length	true
deepest("concat", function(n) return "x = " .. ("a .. "):rep(n) .. "a" end) --> concat	197	deep:1: chunk has too many syntax levels --> concat	true
deepest("power", function(n) return "x = " .. ("a ^ "):rep(n) .. "a" end) --> power	197	deep:1: chunk has too many syntax levels --> power	true
deepest("sums in parentheses", function(n) return "x = " .. ("(1 + "):rep(n) .. "1" .. (")"):rep(n) end)
deepest("and in parentheses", function(n) return "x = " .. ("(a and "):rep(n) .. "1" .. (")"):rep(n) end)
deepest("do", around("do ", "", " end")) --> do	198	deep:1: chunk has too many syntax levels --> do	true
deepest("if", around("if x then ", "", " end")) --> if	198	deep:1: chunk has too many syntax levels --> if	true
deepest("else", around("if x then else ", "", " end")) --> else	198	deep:1: chunk has too many syntax levels --> else	true
deepest("while", around("while x do ", "", " end")) --> while	198	deep:1: chunk has too many syntax levels --> while	true
deepest("repeat", around("repeat ", "", " until x")) --> repeat	198	deep:1: chunk has too many syntax levels --> repeat	true
deepest("for", around("for i = 1, 2 do ", "", " end")) --> for	51	deep:1: main function has more than 200 local variables --> for	false
deepest("for in", around("for k in x do ", "", " end")) --> for in	51	deep:1: main function has more than 200 local variables --> for in	false
deepest("functions", around("x = function() ", "", " end")) --> functions	99	deep:1: chunk has too many syntax levels --> functions	true
deepest("function statements", around("function f() ", "", " end")) --> function statements	198	deep:1: chunk has too many syntax levels --> function statements	true
deepest("local functions", around("local function f() ", "", " end")) --> local functions	198	deep:1: chunk has too many syntax levels --> local functions	true
deepest("function arguments", around("f(function() ", "", " end)")) --> function arguments	99	deep:1: chunk has too many syntax levels --> function arguments	true
deepest("returned functions", around("return function() ", "", " end")) --> returned functions	99	deep:1: chunk has too many syntax levels --> returned functions	true
deepest("assignments", function(n) return "a" .. (", a"):rep(n) .. " = 1" end)
