//! The events that metamethods answer (Lua 5.1 manual §2.8).

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// An event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Event { $($(#[$doc])* $name,)* }

        impl Event {
            pub(crate) const ALL: &'static [Event] = &[$(Event::$name,)*];

            /// The field of the metatable.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Event::$name => $text,)* }
            }
        }
    };
}

events! {
    /// Reading an absent key. The first eight are the ones whose absence a table remembers.
    Index "__index";
    /// Writing an absent key.
    NewIndex "__newindex";
    /// Finalisation.
    Gc "__gc";
    /// Weakness.
    Mode "__mode";
    /// `==`
    Eq "__eq";
    /// Calling.
    Call "__call";
    /// `..`
    Concat "__concat";
    /// `#`
    Len "__len";
    /// `+`
    Add "__add";
    /// `-`
    Sub "__sub";
    /// `*`
    Mul "__mul";
    /// `/`
    Div "__div";
    /// `%`
    Mod "__mod";
    /// `^`
    Pow "__pow";
    /// Unary `-`
    Unm "__unm";
    /// `<`
    Lt "__lt";
    /// `<=`
    Le "__le";
    /// `tostring`
    ToString "__tostring";
    /// `getmetatable` and `setmetatable`
    Metatable "__metatable";
}

impl Event {
    /// The event's bit in `Table::absent`; 0 for those that are not remembered.
    #[inline(always)]
    pub(crate) const fn cache_bit(self) -> u8 {
        if (self as u8) < 8 { 1 << (self as u8) } else { 0 }
    }
}
