//! Typed indices into the heap's arenas.
//!
//! Inside the machine a handle is an index and the collector guarantees that what it names lives. What
//! leaves the machine is a root, which carries a generation and is checked on return.

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// No object: stands where an index may be absent and 4 bytes count.
            #[allow(dead_code, reason = "one definition serves every arena")]
            pub(crate) const NONE: Self = Self(u32::MAX);

            /// True for every index but [`Self::NONE`].
            #[inline(always)]
            #[allow(dead_code, reason = "one definition serves every arena")]
            pub(crate) fn is_some(self) -> bool {
                self.0 != u32::MAX
            }

            #[inline(always)]
            pub(crate) fn slot(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// An interned string.
    StringIndex;
    /// A table.
    TableIndex;
    /// A Lua function with its upvalues.
    ClosureIndex;
    /// A native function with its upvalues.
    NativeIndex;
    /// A captured variable.
    UpvalueIndex;
    /// A coroutine.
    CoroutineIndex;
    /// A userdata.
    UserdataIndex;
    /// A loaded prototype.
    ProtoIndex;
}
