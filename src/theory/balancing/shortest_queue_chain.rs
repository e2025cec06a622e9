//! The Markov chain behind join-the-shortest-queue: all queue lengths, up to a largest difference.
//! Its method and its limits are told in [`super::shortest_queue`], whose tests check it.

/// How many lengths of the shortest queue are told apart; beyond, they fall off as a power of `ρ^n`.
pub(super) fn lengths(servers: usize) -> usize {
    (160 / servers).clamp(3, 24)
}

/// The highest level that is solved. From `n·T` on all servers are busy, so that the total number is that of an M/M/1
/// and only the profile at the first passage down is not known yet; the levels above `n·T` let it settle.
pub(super) fn top_level(servers: usize, threshold: usize) -> usize {
    servers * (threshold + lengths(servers))
}

/// How the servers lie above the shortest queue: `profile[i]` of them have `i` requests more than it.
type Profile = Vec<usize>;

/// The chain of profiles and total numbers; the time unit is the mean service time.
pub(super) struct Chain {
    servers: usize,
    load: f64,
    threshold: usize,
    /// The profiles by the remainder of their excess over the shortest queue, sorted by it and themselves.
    profiles: Vec<Vec<(usize, Profile)>>,
}

impl Chain {
    pub(super) fn new(servers: usize, threshold: usize, load: f64) -> Self {
        let mut profiles = vec![Vec::new(); servers];
        let mut profile = vec![0; threshold + 1];
        place(servers, 1, &mut profile, &mut |profile: &Profile| {
            let excess: usize = profile.iter().enumerate().map(|(i, count)| i * count).sum();
            profiles[excess % servers].push((excess, profile.clone()));
        });
        for class in &mut profiles {
            class.sort();
        }
        Self {
            servers,
            load,
            threshold,
            profiles,
        }
    }

    /// The profiles possible with this total number.
    fn level(&self, total: usize) -> &[(usize, Profile)] {
        let class = &self.profiles[total % self.servers];
        &class[..class.partition_point(|(excess, _)| *excess <= total)]
    }

    fn index(&self, total: usize, profile: &Profile) -> usize {
        let excess: usize = profile.iter().enumerate().map(|(i, count)| i * count).sum();
        let found = self
            .level(total)
            .binary_search_by(|(e, p)| (e, p).cmp(&(&excess, profile)));
        found.expect("an event leads to a profile of its level")
    }

    /// The profile after an arrival.
    fn after_arrival(profile: &Profile) -> Profile {
        let mut next = profile.clone();
        next[0] -= 1;
        next[1] += 1;
        if next[0] == 0 {
            next.rotate_left(1);
        }
        next
    }

    /// The profile after a departure from a server `above` the shortest queue.
    fn after_departure(&self, profile: &Profile, above: usize) -> Profile {
        let mut next = profile.clone();
        let from = match above {
            0 if profile[self.threshold] == 0 => {
                // The shortest queue gets shorter, and all others lie one higher above it.
                next[0] -= 1;
                next.rotate_right(1);
                next[0] = 1;
                return next;
            }
            // It would lie too far below the longest, so a request moves over: as if it had left there.
            0 => self.threshold,
            above => above,
        };
        next[from] -= 1;
        next[from - 1] += 1;
        next
    }

    /// Returns, over one cycle from empty to empty: ∫ total dt, and the time with the shortest queue at 0, 1, ….
    pub(super) fn solve(&self) -> Vec<f64> {
        let lengths = lengths(self.servers);
        let top = top_level(self.servers, self.threshold);
        // Of the level above: the probabilities of where it first goes down, then the rewards until then.
        let mut above: Vec<Vec<f64>> = Vec::new();
        for total in (1..=top).rev() {
            let (here, below) = (self.level(total), self.level(total - 1).len());
            let mut matrix = vec![vec![0.0; here.len()]; here.len()];
            let mut known = vec![vec![0.0; below + 1 + lengths]; here.len()];
            for (row, (excess, profile)) in here.iter().enumerate() {
                let shortest = (total - excess) / self.servers;
                known[row][below] += total as f64;
                known[row][below + 1 + shortest.min(lengths - 1)] += 1.0;
                for (higher, &count) in profile.iter().enumerate() {
                    if 0 < count && 0 < shortest + higher {
                        let to = self.index(total - 1, &self.after_departure(profile, higher));
                        known[row][to] += count as f64;
                        matrix[row][row] += count as f64;
                    }
                }
                if total < top {
                    matrix[row][row] += self.load;
                    let up = &above[self.index(total + 1, &Self::after_arrival(profile))];
                    let (back, rewards) = up.split_at(here.len());
                    matrix[row]
                        .iter_mut()
                        .zip(back)
                        .for_each(|(m, back)| *m -= self.load * back);
                    known[row][below..]
                        .iter_mut()
                        .zip(rewards)
                        .for_each(|(k, r)| *k += self.load * r);
                }
            }
            eliminate(&mut matrix, &mut known);
            if total == top {
                // An M/M/1 busy period: its length, and the area under the number in the system.
                let n = self.servers as f64;
                let time = (n - self.load).recip();
                let area = time * ((top - 1) as f64 + n * time);
                for row in &mut known {
                    row[below..].fill(0.0);
                    (row[below], row[below + lengths]) = (area, time);
                }
            }
            above = known;
        }
        // From empty, an arrival comes after 1/load on average; measured in units of that.
        let mut rewards: Vec<f64> = above[0][1..].iter().map(|reward| reward * self.load).collect();
        rewards[1] += 1.0;
        rewards
    }
}

/// Calls `visit` with every way to place `servers` at heights 0 and up, at least one of them at 0.
fn place(servers: usize, height: usize, profile: &mut Profile, visit: &mut impl FnMut(&Profile)) {
    if height == profile.len() {
        profile[0] = servers;
        visit(profile);
        return;
    }
    for count in 0..servers {
        profile[height] = count;
        place(servers - count, height + 1, profile, visit);
    }
}

/// Solves `matrix · X = known` in place of `known`. The matrix is diagonally dominant: no pivoting is needed.
fn eliminate(matrix: &mut [Vec<f64>], known: &mut [Vec<f64>]) {
    for pivot in 0..matrix.len() {
        let scale = matrix[pivot][pivot].recip();
        matrix[pivot][pivot..]
            .iter_mut()
            .for_each(|value| *value *= scale);
        known[pivot].iter_mut().for_each(|value| *value *= scale);
        let (pivot_row, pivot_known) = (matrix[pivot].clone(), known[pivot].clone());
        for row in (0..matrix.len()).filter(|&row| row != pivot) {
            let factor = matrix[row][pivot];
            if factor != 0.0 {
                let subtract = |(value, by): (&mut f64, &f64)| *value -= factor * by;
                matrix[row][pivot..]
                    .iter_mut()
                    .zip(&pivot_row[pivot..])
                    .for_each(subtract);
                known[row].iter_mut().zip(&pivot_known).for_each(subtract);
            }
        }
    }
}
