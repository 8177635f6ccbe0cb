-- A call whose parenthesis begins a new line is refused. Lua 5.1 manual §2.5.8.
print(loadstring("f\n(g)", "=amb")) --> nil	amb:2: ambiguous syntax (function call x new statement) near '('
print(loadstring("local x = f\n(g or h)()", "=amb")) --> nil	amb:2: ambiguous syntax (function call x new statement) near '('
print(loadstring("a.b\n(1)", "=amb")) --> nil	amb:2: ambiguous syntax (function call x new statement) near '('
print(loadstring("f()\n(1)", "=amb")) --> nil	amb:2: ambiguous syntax (function call x new statement) near '('
print(type(loadstring("f\n'string'", "=amb"))) --> function
print(type(loadstring("f\n{}", "=amb"))) --> function
print(type(loadstring("f;\n(g)()", "=amb"))) --> nil
print(type(loadstring("f(\n1)", "=amb"))) --> function
