-- `[[` inside a long string of level 0 is refused, other levels may hold anything. Lua 5.1 `LUA_COMPAT_LSTR`.
print(loadstring("return [[a [[b]] c]]")) --> nil	[string "return [[a [[b]] c]]"]:1: nesting of [[...]] is deprecated near '['
print(loadstring("return [=[a [[b]] c]=]")()) --> a [[b]] c
print(loadstring("return [=[a [=[b]=]")()) --> a [=[b
print((select(2, loadstring("--[[ a [[ b ]] return 1")))) --> [string "--[[ a [[ b ]] return 1"]:1: nesting of [[...]] is deprecated near '['
print(loadstring("return [[a [ [b]]")()) --> a [ [b
