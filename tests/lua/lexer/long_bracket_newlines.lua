-- CR, LF, CRLF and LFCR each count as one newline in a long string. Lua 5.1 manual §2.1.
local function shown(s) return (s:gsub("%c", function(c) return "\\" .. c:byte() end)) end
print(shown(loadstring("return [[a\r\nb]]")())) --> a\10b
print(shown(loadstring("return [[a\rb]]")())) --> a\10b
print(shown(loadstring("return [[a\n\rb]]")())) --> a\10b
print(shown(loadstring("return [[a\r\rb]]")())) --> a\10\10b
print(shown(loadstring("return [[\r\na]]")())) --> a
print(shown(loadstring("return [[\n\na]]")())) --> \10a
print(shown(loadstring("return 'a\\\r\nb'")())) --> a\10b
print(shown(loadstring("return 'a\\\rb'")())) --> a\10b
print(select(2, loadstring("\r\n\r\nx y"))) --> [string "..."]:3: '=' expected near 'y'
print(select(2, loadstring("\n\r\n\rx y"))) --> [string "..."]:3: '=' expected near 'y'
print(select(2, loadstring("\n\n\r\rx y"))) --> [string "..."]:4: '=' expected near 'y'
