-- Long brackets of every level, the first newline skipped. Lua 5.1 manual §2.1.
print([[plain]]) --> plain
print([=[a ]] b]=]) --> a ]] b
print([==[a ]=] ]] b]==]) --> a ]=] ]] b
print([[
first newline skipped]])
print(#[[

]])
print([[no \n escapes \]]) --> no \n escapes \
print(#[=[]]]=], [=[]]]=]) --> 2	]]
print([===[]==]===]) --> ]==
print([[a]b]]) --> a]b
print(("x"):rep(3) .. [[y]]) --> xxxy
