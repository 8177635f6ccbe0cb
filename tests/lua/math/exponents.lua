-- `sqrt`, `exp`, `log`, `log10`, `pow`, `frexp`, `ldexp`. Lua 5.1 manual §5.6.
print(math.sqrt(16), math.sqrt(2), math.sqrt(0), math.sqrt(-1), math.sqrt(1/0)) --> 4	1.4142135623731	0	-nan	inf
print(math.exp(0), math.exp(1), math.exp(-1), math.exp(710), math.exp(-800)) --> 1	2.718281828459	0.36787944117144	inf	0
print(math.log(1), math.log(math.exp(1)), math.log(0), math.log(-1), math.log(10)) --> 0	1	-inf	-nan	2.302585092994
print(math.log10(1000), math.log10(2), math.log10(0)) --> 3	0.30102999566398	-inf
print(math.pow(2, 10), math.pow(2, 0.5), math.pow(-8, 1/3), math.pow(0, 0), math.pow(0, -1)) --> 1024	1.4142135623731	-nan	1	inf
print(math.frexp(8)) --> 0.5	4
print(math.frexp(0.3)) --> 0.6	-1
print(math.frexp(0)) --> 0	0
print(math.frexp(-5.5)) --> -0.6875	3
print(math.frexp(5e-324)) --> 0.5	-1073
print((math.frexp(1/0))) --> inf
print(math.ldexp(0.5, 4), math.ldexp(1, -1074), math.ldexp(1, -1075), math.ldexp(1, 2000), math.ldexp(3, 2.9), math.ldexp(-1.5, 3)) --> 8	4.9406564584125e-324	0	inf	12	-12
print(math.log(8, 2), math.exp(2, 3)) --> 2.0794415416798	7.3890560989307
