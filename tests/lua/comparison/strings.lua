-- Strings compare byte by byte in the C locale; a prefix is less. Lua 5.1 manual §2.5.2.
print("a" < "b", "a" < "A", "Z" < "a", "" < "a", "a" < "", "" <= "") --> true	false	true	true	false	true
print("abc" < "abd", "abc" < "abcd", "abcd" < "abc", "10" < "9", "10" < "2") --> true	true	false	true	true
print("a\0b" < "a\0c", "a\0" > "a", "a\0b" <= "a\0b", "\0" < "a", "\0a" < "\0b") --> true	true	true	true	true
print("\200" > "a", "\255" > "\254", "a" <= "a", "a" >= "b") --> true	true	true	false
print("a" .. "b" <= "ab", " " < "0", "_" > "Z", "~" > "z") --> true	true	true	true
local t = { "b", "a\0", "a", "B", "", "aa", "a\0b", "1", "10", "2" }
table.sort(t)
for i, s in ipairs(t) do t[i] = string.format("%q", s):gsub("\\000", "0") end
print(table.concat(t, " ")) --> "" "1" "10" "2" "B" "a" "a0" "a0b" "aa" "b"
