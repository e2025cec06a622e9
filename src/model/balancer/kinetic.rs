//! The highest of many lines, as time passes: a tournament in which every match knows how long its outcome holds.
//!
//! Source: kinetic tournament, Basch, Guibas and Hershberger, *J. Algorithms* 31(1), 1999.

const NOBODY: u32 = u32::MAX;

/// Lines `rise · time + start`, numbered from 0; some are left out. Of equals the lowest number is the highest line.
///
/// Only differences of values matter, and those stay small where a line is lowered as often as it rises; so values
/// may wrap around.
pub(super) struct Tournament {
    rise: Vec<u32>,
    start: Vec<i64>,
    /// For each match its winner, and those of no match: the lines themselves. Node 1 is the final, the matches of
    /// node `i` come from `2 i` and `2 i + 1`.
    winner: Vec<u32>,
    /// The time at which a match, or one that leads to it, must be held again; `u64::MAX` for never.
    until: Vec<u64>,
    now: u64,
}

impl Tournament {
    /// Returns lines that all start at 0 at time 0.
    pub(super) fn new(rise: Vec<u32>) -> Self {
        let lines = rise.len();
        let mut tournament = Self {
            start: vec![0; lines],
            winner: (0..2 * lines)
                .map(|node| (node.max(lines) - lines) as u32)
                .collect(),
            until: vec![0; lines],
            now: 0,
            rise,
        };
        for node in (1..lines).rev() {
            tournament.hold(node);
        }
        tournament
    }

    /// Lets one unit of time pass and returns the highest line.
    pub(super) fn advance(&mut self) -> Option<usize> {
        self.now += 1;
        if 1 < self.rise.len() {
            self.renew(1);
        }
        let winner = self.winner[1];
        (winner != NOBODY).then_some(winner as usize)
    }

    /// Lowers a line.
    pub(super) fn lower(&mut self, line: usize, by: u64) {
        self.start[line] = self.start[line].wrapping_sub_unsigned(by);
        self.replay(line);
    }

    /// Leaves a line out, or lets it in again with the value it had.
    pub(super) fn set_present(&mut self, line: usize, present: bool) {
        let node = self.rise.len() + line;
        if (self.winner[node] != NOBODY) == present {
            return;
        }
        // Outside, `start` is the value itself.
        let risen = i64::from(self.rise[line]).wrapping_mul(self.now.cast_signed());
        if present {
            self.start[line] = self.start[line].wrapping_sub(risen);
            self.winner[node] = line as u32;
        } else {
            self.start[line] = self.start[line].wrapping_add(risen);
            self.winner[node] = NOBODY;
        }
        self.replay(line);
    }

    /// Holds all matches again that lie before this line.
    fn replay(&mut self, line: usize) {
        let mut node = self.rise.len() + line;
        while 1 < node {
            node /= 2;
            self.hold(node);
        }
    }

    /// Holds the matches again whose time is over.
    fn renew(&mut self, node: usize) {
        if node < self.rise.len() && self.until[node] <= self.now {
            self.renew(2 * node);
            self.renew(2 * node + 1);
            self.hold(node);
        }
    }

    fn hold(&mut self, node: usize) {
        let (a, b) = (self.winner[2 * node], self.winner[2 * node + 1]);
        let below = self.until_of(2 * node).min(self.until_of(2 * node + 1));
        let (winner, own) = match (a, b) {
            (NOBODY, other) | (other, NOBODY) => (other, u64::MAX),
            _ => self.compare(a as usize, b as usize),
        };
        self.winner[node] = winner;
        self.until[node] = below.min(own);
    }

    fn until_of(&self, node: usize) -> u64 {
        // A line is no match and never has to be held again.
        self.until.get(node).copied().unwrap_or(u64::MAX)
    }

    /// The higher of two lines, and the time at which the other overtakes it.
    fn compare(&self, a: usize, b: usize) -> (u32, u64) {
        let gap = self.value(a).wrapping_sub(self.value(b));
        let (high, low) = if 0 < gap || (gap == 0 && a < b) {
            (a, b)
        } else {
            (b, a)
        };
        let closing = u64::from(self.rise[low].saturating_sub(self.rise[high]));
        if closing == 0 {
            return (high as u32, u64::MAX);
        }
        // Of equals the lower number is ahead: it need not be higher, the other must.
        let gap = gap.unsigned_abs();
        let wait = if low < high {
            gap.div_ceil(closing)
        } else {
            gap / closing + 1
        };
        (high as u32, self.now + wait)
    }

    fn value(&self, line: usize) -> i64 {
        i64::from(self.rise[line])
            .wrapping_mul(self.now.cast_signed())
            .wrapping_add(self.start[line])
    }
}
