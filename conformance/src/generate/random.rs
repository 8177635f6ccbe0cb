//! Pseudo-random numbers: the same everywhere.

/// xorshift64*, begun anew for each case.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64, number: u64) -> Random {
        // Neighbouring cases begin far apart; zero would stay zero.
        let mixed = (seed.rotate_left(32) ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = Random((mixed ^ (mixed >> 29)) | 1);
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 to below `limit`.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 11) % limit.max(1)
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next() as u8
    }
}
