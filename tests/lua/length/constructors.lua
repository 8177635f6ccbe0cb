-- `#` of tables with holes, as the constructor leaves them. PUC `ltable.c`, `luaH_getn`.
print(#{ nil }, #{ nil, 2 }, #{ 1, nil }, #{ 1, nil, 3 }, #{ nil, nil, 3 }, #{ 1, 2, nil, 4 }, #{ nil, 2, nil, 4 }) --> 0	2	1	3	3	4	4
print(#{ 1, nil, nil }, #{ 1, nil, nil, 4 }, #{ nil, nil, nil, nil, 5 }, #{ 1, 2, 3, nil, 5, nil }, #{ 1, 2, 3, nil, 5, nil, 7 }) --> 1	4	5	3	7
print(#{ n = 1 }, #{ [1] = 1 }, #{ [1] = 1, [2] = 2 }, #{ [2] = 2 }, #{ 1, [2] = 2 }, #{ 1, [3] = 3 }, #{ [1] = "a", "b" }) --> 0	1	2	0	2	1	1
print(#{ 1, 2, 3, [5] = 5 }, #{ 1, 2, 3, [4] = 4 }, #{ 1, 2, 3, x = 1, [4] = 4, [5] = 5 }) --> 3	4	5
print(#{ unpack({ 1, nil, 3 }, 1, 3) }, #{ unpack({}, 1, 5) }, #{ (unpack { 1, 2 }) }, #{ nil, unpack { 1, 2 } }) --> 3	0	1	3
print(#{ [0] = 1 }, #{ [-1] = 1, 1 }, #{ [1.5] = 1 }, #{ 1, 2, 3, nil }, #{ false, false }, #{ nil, nil }) --> 0	1	0	3	2	0
