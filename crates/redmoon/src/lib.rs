//! Run Redis Lua scripts anywhere: facade crate and command line.
