//! The instruction set, declared once.
//!
//! An instruction is one 32-bit word: an opcode and three operand bytes `a`, `b`, `c`, of which some
//! opcodes read `b` and `c` together as a 16-bit `d`, and `Jump` and `Extra` all three as a 24-bit `e`.
//! Register operands are bytes, so a frame's registers are a window of 256 values that is indexed
//! without a bounds check.
//!
//! Code generator, virtual machine, listing, verifier and the names in error texts all read the table
//! at the end of this file. Adding an instruction is one line here and one arm in the machine's loop.
//!
//! # The frame and register convention
//!
//! ```text
//!   ... | function | varargs ... | R[0] R[1] ...  | free ...
//!                                  ^ base           ^ base + proto.registers
//! ```
//!
//! * Parameters are `R[0]..`, in order; missing ones are nil when the function starts. Every other
//!   register holds rubbish until the code writes it: locals without a value need a `LoadNil`.
//! * A call has its function in `R[a]`, arguments in `R[a+1]..`; results replace `R[a]..`.
//! * "To top" (count byte 0) means: up to what the last open call or `VarArg` produced.
//! * A comparison or test is followed by a `Jump`, which it takes or skips; the machine reads both at once.
//! * `d` and `e` jump offsets count from the instruction after the one that holds them.

use core::mem::size_of;

/// What an operand field means: the verifier bounds it, the listing prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// A register that is written.
    Dst,
    /// A register that is read.
    Reg,
    /// An upvalue's index.
    Upvalue,
    /// A constant's index.
    Const,
    /// A child prototype's index.
    Proto,
    /// A signed offset of the program counter.
    Jump,
    /// A count or a size; the opcode says of what.
    Count,
    /// 0 or 1.
    Flag,
    /// A whole number that is the value itself.
    Int,
}

/// Which byte or bytes of the word hold an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// First operand byte.
    A,
    /// Second operand byte.
    B,
    /// Third operand byte.
    C,
    /// `b` and `c` together, 16 bits.
    D,
    /// All three bytes, 24 bits.
    E,
}

/// One operand of an opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Where it is.
    pub field: Field,
    /// What it means.
    pub kind: OperandKind,
}

/// One instruction. Every value of this type names an opcode, so the loop has nothing to check.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Instruction {
    /// What to do.
    pub op: Op,
    /// First operand.
    pub a: u8,
    /// Second operand, or the low byte of `d`.
    pub b: u8,
    /// Third operand, or the high byte of `d`.
    pub c: u8,
}

const _: () = assert!(size_of::<Instruction>() == 4);

/// Largest constant index that fits an 8-bit operand.
pub const CONST8_MAX: usize = u8::MAX as usize;
/// Largest constant or prototype index that fits a 16-bit operand.
pub const CONST16_MAX: usize = u16::MAX as usize;
/// Largest distance of a 24-bit jump.
pub const JUMP24_MAX: i32 = (1 << 23) - 1;

impl Instruction {
    /// An instruction with three byte operands.
    #[inline]
    pub const fn abc(op: Op, a: u8, b: u8, c: u8) -> Self {
        Self { op, a, b, c }
    }

    /// An instruction with a byte and a 16-bit operand (unsigned).
    #[inline]
    pub const fn ad(op: Op, a: u8, d: u16) -> Self {
        let [b, c] = d.to_le_bytes();
        Self { op, a, b, c }
    }

    /// An instruction with a byte and a signed 16-bit operand.
    #[inline]
    pub const fn asd(op: Op, a: u8, d: i16) -> Self {
        Self::ad(op, a, d as u16)
    }

    /// An instruction with one signed 24-bit operand; `e` must lie within [`JUMP24_MAX`].
    #[inline]
    pub const fn e(op: Op, e: i32) -> Self {
        let [a, b, c, _] = e.to_le_bytes();
        Self { op, a, b, c }
    }

    /// The 16-bit operand, unsigned.
    #[inline(always)]
    pub const fn d(self) -> u16 {
        u16::from_le_bytes([self.b, self.c])
    }

    /// The 16-bit operand, signed.
    #[inline(always)]
    pub const fn sd(self) -> i16 {
        self.d() as i16
    }

    /// The 24-bit operand, signed.
    #[inline(always)]
    pub const fn se(self) -> i32 {
        i32::from_le_bytes([0, self.a, self.b, self.c]) >> 8
    }

    /// The 24-bit operand, unsigned.
    #[inline(always)]
    pub const fn ue(self) -> u32 {
        u32::from_le_bytes([self.a, self.b, self.c, 0])
    }
}

impl core::fmt::Debug for Instruction {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} {} {} {}", self.op.name(), self.a, self.b, self.c)
    }
}

macro_rules! opcodes {
    ($( $(#[$doc:meta])* $name:ident ( $($field:ident : $kind:ident),* ) fuel $fuel:literal; )*) => {
        /// An opcode.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Op { $( $(#[$doc])* $name, )* }

        impl Op {
            /// Every opcode, in the order of its number.
            pub const ALL: &'static [Op] = &[ $(Op::$name,)* ];

            /// The name as the listing prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$name => stringify!($name),)* }
            }

            /// The operands, in the order in which the listing prints them.
            pub const fn operands(self) -> &'static [Operand] {
                match self {
                    $(Op::$name => &[$(Operand { field: Field::$field, kind: OperandKind::$kind }),*],)*
                }
            }

            /// Fuel that every execution costs; taken branches and natives charge on top.
            pub const fn fuel(self) -> u8 {
                match self { $(Op::$name => $fuel,)* }
            }

            /// The opcode of this number, if there is one: for bytecode from outside.
            pub fn from_byte(byte: u8) -> Option<Op> {
                Self::ALL.get(byte as usize).copied()
            }
        }
    };
}

opcodes! {
    /// `R[a] := R[b]`
    Move(A: Dst, B: Reg) fuel 0;
    /// `R[a] := K[d]`
    LoadK(A: Dst, D: Const) fuel 0;
    /// `R[a] := K[e of the Extra that follows]`
    LoadKWide(A: Dst) fuel 0;
    /// `R[a] := d` (signed)
    LoadInt(A: Dst, D: Int) fuel 0;
    /// `R[a], ..., R[a+b] := nil`
    LoadNil(A: Dst, B: Count) fuel 0;
    /// `R[a] := b ~= 0`
    LoadBool(A: Dst, B: Flag) fuel 0;
    /// `R[a] := b ~= 0`, and the next instruction is skipped
    LoadBoolSkip(A: Dst, B: Flag) fuel 0;

    /// `R[a] := U[b]`
    GetUpvalue(A: Dst, B: Upvalue) fuel 0;
    /// `U[b] := R[a]`
    SetUpvalue(A: Reg, B: Upvalue) fuel 0;
    /// `R[a] := environment[K[d]]`; the constant is a string
    GetGlobal(A: Dst, D: Const) fuel 0;
    /// `environment[K[d]] := R[a]`; the constant is a string
    SetGlobal(A: Reg, D: Const) fuel 0;
    /// `R[a] := environment[R[b]]`: a global whose name is a constant beyond 16 bits
    GetGlobalWide(A: Dst, B: Reg) fuel 0;
    /// `environment[R[b]] := R[a]`
    SetGlobalWide(A: Reg, B: Reg) fuel 0;

    /// `R[a] := {}` with room for `b` list items and `c` fields, both in PUC's one-byte floating form
    NewTable(A: Dst, B: Count, C: Count) fuel 0;
    /// `R[a] := R[b][R[c]]`
    GetIndex(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b][K[c]]`; the constant is a string
    GetField(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b][c]`; `c` is the whole number itself
    GetInt(A: Dst, B: Reg, C: Int) fuel 0;
    /// `R[a][R[b]] := R[c]`
    SetIndex(A: Reg, B: Reg, C: Reg) fuel 0;
    /// `R[a][R[b]] := K[c]`
    SetIndexK(A: Reg, B: Reg, C: Const) fuel 0;
    /// `R[a][K[b]] := R[c]`; the key is a string
    SetField(A: Reg, B: Const, C: Reg) fuel 0;
    /// `R[a][K[b]] := K[c]`; the key is a string
    SetFieldK(A: Reg, B: Const, C: Const) fuel 0;
    /// `R[a][b] := R[c]`; `b` is the whole number itself
    SetInt(A: Reg, B: Int, C: Reg) fuel 0;
    /// `R[a+1] := R[b]; R[a] := R[b][K[c]]`: a method call is prepared
    Method(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a+1] := R[b]; R[a] := R[b][R[c]]`: the same with the name in a register
    MethodWide(A: Dst, B: Reg, C: Reg) fuel 0;

    /// `R[a] := R[b] + R[c]`
    Add(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] - R[c]`
    Sub(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] * R[c]`
    Mul(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] / R[c]`
    Div(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] % R[c]`
    Mod(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] ^ R[c]`
    Pow(A: Dst, B: Reg, C: Reg) fuel 0;
    /// `R[a] := R[b] + K[c]`
    AddK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b] - K[c]`
    SubK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b] * K[c]`
    MulK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b] / K[c]`
    DivK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b] % K[c]`
    ModK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := R[b] ^ K[c]`
    PowK(A: Dst, B: Reg, C: Const) fuel 0;
    /// `R[a] := K[b] + R[c]`
    KAdd(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := K[b] - R[c]`
    KSub(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := K[b] * R[c]`
    KMul(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := K[b] / R[c]`
    KDiv(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := K[b] % R[c]`
    KMod(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := K[b] ^ R[c]`
    KPow(A: Dst, B: Const, C: Reg) fuel 0;
    /// `R[a] := -R[b]`
    Neg(A: Dst, B: Reg) fuel 0;
    /// `R[a] := not R[b]`
    Not(A: Dst, B: Reg) fuel 0;
    /// `R[a] := #R[b]`
    Len(A: Dst, B: Reg) fuel 0;
    /// `R[a] := R[b] .. ... .. R[c]`, right to left, `c > b`
    Concat(A: Dst, B: Reg, C: Reg) fuel 0;

    /// `pc += e`; a safepoint when `e` is negative
    Jump(E: Jump) fuel 0;
    /// if `truth(R[a]) == (c ~= 0)` then the following Jump is taken, else skipped
    Test(A: Reg, C: Flag) fuel 0;
    /// if `truth(R[b]) == (c ~= 0)` then `R[a] := R[b]` and the following Jump is taken, else skipped
    TestSet(A: Dst, B: Reg, C: Flag) fuel 0;
    /// if `(R[a] == R[b]) == (c ~= 0)` then the following Jump is taken, else skipped; so all below
    Eq(A: Reg, B: Reg, C: Flag) fuel 0;
    /// `R[a] == K[b]`
    EqK(A: Reg, B: Const, C: Flag) fuel 0;
    /// `R[a] < R[b]`
    Lt(A: Reg, B: Reg, C: Flag) fuel 0;
    /// `R[a] <= R[b]`
    Le(A: Reg, B: Reg, C: Flag) fuel 0;
    /// `R[a] < K[b]`
    LtK(A: Reg, B: Const, C: Flag) fuel 0;
    /// `R[a] <= K[b]`
    LeK(A: Reg, B: Const, C: Flag) fuel 0;
    /// `K[b] < R[a]`
    KLt(A: Reg, B: Const, C: Flag) fuel 0;
    /// `K[b] <= R[a]`
    KLe(A: Reg, B: Const, C: Flag) fuel 0;

    /// `R[a], ... := R[a](R[a+1], ...)`; `b` is arguments + 1 or 0 for to top, `c` results + 1 or 0 for all
    Call(A: Dst, B: Count, C: Count) fuel 1;
    /// `return R[a](R[a+1], ...)`; `b` as in Call. A `Return a 0` follows for callees that are native
    TailCall(A: Reg, B: Count) fuel 1;
    /// `return R[a], ...`; `b` is values + 1 or 0 for to top. Closes upvalues when the function has any open
    Return(A: Reg, B: Count) fuel 0;
    /// `return`
    Return0() fuel 0;
    /// `return R[a]`
    Return1(A: Reg) fuel 0;
    /// Checks that `R[a], R[a+1], R[a+2]` are numbers (start, limit, step), `R[a] -= R[a+2]`, `pc += d`:
    /// to the loop's ForLoop
    ForPrep(A: Reg, D: Jump) fuel 0;
    /// `R[a] += R[a+2]`; while it has not passed `R[a+1]`: `R[a+3] := R[a]; pc += d`. A safepoint
    ForLoop(A: Reg, D: Jump) fuel 1;
    /// `R[a+3], ..., R[a+2+c] := R[a](R[a+1], R[a+2])`; a ForTest follows. A safepoint
    GenericFor(A: Reg, C: Count) fuel 1;
    /// if `R[a+3] ~= nil` then `R[a+2] := R[a+3]` and the following Jump (back to the body) is taken, else
    /// skipped
    ForTest(A: Reg) fuel 0;
    /// `R[a][(c-1)*50 + i] := R[a+i]` for `1 <= i <= b`; `b` 0: to top; `c` 0: the batch number is the `e` of
    /// the Extra that follows
    SetList(A: Reg, B: Count, C: Count) fuel 0;
    /// Closes every upvalue that points at `R[a]` or above
    Close(A: Reg) fuel 0;
    /// `R[a] := closure of child prototype d`; its `upvalues` say what it captures
    Closure(A: Dst, D: Proto) fuel 0;
    /// `R[a], ..., R[a+b-2] := ...`; `b` 0: all of them, to top
    VarArg(A: Dst, B: Count) fuel 0;
    /// Not executed: 24 bits that belong to the instruction before
    Extra(E: Count) fuel 0;
}
