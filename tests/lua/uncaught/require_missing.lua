-- A module that is nowhere to be found. PUC `loadlib.c`, `ll_require`.
package.path = "./nowhere/?.lua;./nowhere/?/init.lua"
package.cpath = "./nowhere/?.so"
require("missing.module") --! module 'missing.module' not found:
