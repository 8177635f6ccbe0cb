-- `gsub` with a function: false and nil keep the match. Lua 5.1 manual §5.4.
print(("hello"):gsub("l", function(c) return c:upper() end)) --> heLLo	2
print(("hello"):gsub("(h)(e)", function(a, b) return b .. a end)) --> ehllo	1
print(("abc"):gsub("%w", function(c) if c == "b" then return false elseif c == "c" then return nil end return "x" end)) --> xbc	3
print(("abc"):gsub("%w", function() end)) --> abc	3
print(("abc"):gsub("()", function(p) return p end)) --> 1a2b3c4	4
print(("1 2 3"):gsub("%d", function(d) return d * 2 end)) --> 2 4 6	3
print(("$name is $age"):gsub("%$(%w+)", function(n) return ({ name = "Lua", age = 15 })[n] end)) --> Lua is 15	2
print(("abc"):gsub("", function(...) return select("#", ...) end)) --> 1a1b1c1	4
print(pcall(string.gsub, "abc", "b", function() return {} end)) --> false	invalid replacement value (a table)
print(pcall(string.gsub, "abc", "b", function() return true end)) --> false	invalid replacement value (a boolean)
print(pcall(string.gsub, "abc", "b", function() error("in callback", 0) end)) --> false	in callback
print(pcall(string.gsub, "abc", "b", print) ~= nil) --> b --> true
print(("abc"):gsub("b", string.upper)) --> aBc	1
local seen = {}
print(("a1b2"):gsub("(%a)(%d)", function(...) seen[#seen + 1] = table.concat({ ... }, "/") end), table.concat(seen, " ")) --> a1b2	a/1 b/2
print(("abc"):gsub(".", function(c) return c, "ignored" end)) --> abc	3
print(("nested (a (b))"):gsub("%b()", function(s) return "[" .. s:sub(2, -2):gsub("%b()", "<>") .. "]" end)) --> nested [a <>]	1
