//! Where in a list of slots the entry with a given hash is: an open-addressing table of numbers.
//!
//! Linear probing, at most three quarters full. Deletion moves later cells of the run back, so there are
//! no tombstones and a run ends at the first free cell.

const FREE: u32 = u32::MAX;
const CELLS_MIN: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Cell {
    hash: u32,
    slot: u32,
}

/// Hash to slot. Knows nothing of keys: the caller compares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct HashIndex {
    /// Empty, or a power of two.
    cells: Vec<Cell>,
    len: usize,
}

impl HashIndex {
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The slot with this hash for which `is_it` holds.
    pub(crate) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let mask = self.cells.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        loop {
            let cell = self.cells[at];
            if cell.slot == FREE {
                return None;
            }
            if cell.hash == hash && is_it(cell.slot) {
                return Some(cell.slot);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a slot that is not there yet.
    pub(crate) fn insert(&mut self, hash: u32, slot: u32) {
        if (self.len + 1) * 4 > self.cells.len() * 3 {
            self.grow();
        }
        self.put(hash, slot);
        self.len += 1;
    }

    /// Takes a slot out; nothing happens when it is not there.
    pub(crate) fn remove(&mut self, hash: u32, slot: u32) {
        let Some(mask) = self.cells.len().checked_sub(1) else { return };
        let mut hole = hash as usize & mask;
        while self.cells[hole].slot != slot {
            if self.cells[hole].slot == FREE {
                return;
            }
            hole = (hole + 1) & mask;
        }
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let cell = self.cells[at];
            if cell.slot == FREE {
                break;
            }
            // A cell may move back to the hole unless its home lies behind the hole.
            let home = cell.hash as usize & mask;
            if (at.wrapping_sub(home) & mask) >= (at.wrapping_sub(hole) & mask) {
                self.cells[hole] = cell;
                hole = at;
            }
        }
        self.cells[hole].slot = FREE;
        self.len -= 1;
    }

    fn grow(&mut self) {
        let size = (self.cells.len() * 2).max(CELLS_MIN);
        let cells = std::mem::replace(&mut self.cells, vec![Cell { hash: 0, slot: FREE }; size]);
        for cell in cells {
            if cell.slot != FREE {
                self.put(cell.hash, cell.slot);
            }
        }
    }

    fn put(&mut self, hash: u32, slot: u32) {
        let mask = self.cells.len() - 1;
        let mut at = hash as usize & mask;
        while self.cells[at].slot != FREE {
            at = (at + 1) & mask;
        }
        self.cells[at] = Cell { hash, slot };
    }
}
