//! Running totals of whole numbers that change.

/// Amounts in a row: changing one, and finding where a running total is passed, take logarithmic time.
///
/// Source: Fenwick, *Software: Practice and Experience* 24(3), 1994.
#[derive(Clone, Debug)]
pub(super) struct Fenwick {
    /// `sums[i]` is the sum of the amounts that end at `i` and reach back to `i` without its lowest bit set.
    sums: Vec<u64>,
    total: u64,
    /// The highest power of two that is not above the number of amounts.
    top: usize,
}

impl Fenwick {
    /// Returns the totals of these amounts, at least one.
    pub(super) fn new(amounts: impl ExactSizeIterator<Item = u64>) -> Self {
        let len = amounts.len();
        let mut fenwick = Self {
            sums: vec![0; len + 1],
            total: 0,
            top: 1 << len.ilog2(),
        };
        fenwick.rebuild(amounts);
        fenwick
    }

    /// Replaces all amounts by as many others.
    pub(super) fn rebuild(&mut self, amounts: impl Iterator<Item = u64>) {
        self.total = 0;
        for (sum, amount) in self.sums[1..].iter_mut().zip(amounts) {
            *sum = amount;
            self.total += amount;
        }
        for at in 1..self.sums.len() {
            let above = at + lowest_bit(at);
            if above < self.sums.len() {
                self.sums[above] += self.sums[at];
            }
        }
    }

    /// Returns the sum of all amounts.
    #[inline]
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Adds to the amount at `index`, or takes from it what it has.
    pub(super) fn change(&mut self, index: usize, by: i64) {
        self.total = self.total.wrapping_add_signed(by);
        let mut at = index + 1;
        while at < self.sums.len() {
            self.sums[at] = self.sums[at].wrapping_add_signed(by);
            at += lowest_bit(at);
        }
    }

    /// Returns where `unit` lies when the amounts are laid end to end and their units counted from 0; `unit` is
    /// below the total.
    pub(super) fn find(&self, mut unit: u64) -> usize {
        debug_assert!(unit < self.total, "nothing lies there");
        let (mut at, mut step) = (0, self.top);
        while 0 < step {
            let next = at + step;
            if let Some(&sum) = self.sums.get(next)
                && sum <= unit
            {
                unit -= sum;
                at = next;
            }
            step /= 2;
        }
        at
    }
}

const fn lowest_bit(number: usize) -> usize {
    number & number.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn every_unit_is_found_where_it_lies_after_any_changes() {
        let mut rng = Seed(1).replication(0).stream("test");
        for len in [1, 2, 7, 8, 100] {
            let mut amounts: Vec<u64> = (0..len).map(|_| rng.below(4) as u64).collect();
            let mut fenwick = Fenwick::new(amounts.iter().copied());
            for _ in 0..200 {
                let at = rng.below(len);
                let amount = rng.below(4) as u64;
                fenwick.change(at, amount.cast_signed() - amounts[at].cast_signed());
                amounts[at] = amount;
                let laid: Vec<usize> = (0..len).flat_map(|at| vec![at; amounts[at] as usize]).collect();
                let found: Vec<usize> = (0..fenwick.total()).map(|unit| fenwick.find(unit)).collect();
                assert_eq!(found, laid);
            }
        }
    }
}
