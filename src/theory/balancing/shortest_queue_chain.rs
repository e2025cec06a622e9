//! The Markov chain behind join-the-shortest-queue: all queue lengths, up to a largest difference.
//! Its method and its limits are told in [`super::shortest_queue`], whose tests check it.

/// How the servers lie above the shortest queue: `profile[i]` of them have `i` requests more than it.
type Profile = Vec<usize>;

/// What is known of the chain in the long run.
pub(super) struct Solution {
    pub mean_in_system: f64,
    /// P(the shortest queue has at least k), for k = 0, 1, …; from the last one on each is `ratio` times the one before.
    pub finds: Vec<f64>,
    pub ratio: f64,
}

/// A profile with the ways out of it. Its place in a class of profiles is its index there.
struct State {
    /// The sum of all heights above the shortest queue.
    excess: usize,
    /// How many servers have the shortest queue.
    shortest: f64,
    /// The place of the profile after an arrival, in the class of one more.
    arrival: usize,
    /// Places after departures, in the class of one less, with their rates; the first is from a shortest queue.
    departures: Vec<(usize, f64)>,
}

/// The chain of profiles and total numbers; the time unit is the mean service time.
pub(super) struct Chain {
    servers: usize,
    load: f64,
    threshold: usize,
    /// Profiles by the remainder of their excess over the shortest queue, sorted by it.
    classes: Vec<Vec<State>>,
    /// The profiles' probabilities given the total number, for each total.
    levels: Vec<Vec<f64>>,
    /// The mean number of busy servers, for each total.
    busy: Vec<f64>,
}

/// The states that are told apart, each with its profile and its total number.
pub(super) fn states(servers: usize, threshold: usize) -> f64 {
    let profiles: f64 = (1..=threshold)
        .map(|i| (servers - 1 + i) as f64 / i as f64)
        .product();
    profiles * (threshold + 1) as f64
}

impl Chain {
    pub(super) fn new(servers: usize, threshold: usize, load: f64) -> Self {
        let classes = classes(servers, threshold);
        // From `n·T + 1` on profiles recur with period `n`; one period of these is told apart.
        let top = servers * (threshold + 1);
        let mut chain = Self {
            servers,
            load,
            threshold,
            classes,
            levels: Vec::new(),
            busy: vec![servers as f64; top + 1],
        };
        for total in 0..=top {
            // The most even profile comes first, and is a good first guess.
            let mut level = vec![0.0; chain.len(total)];
            level[0] = 1.0;
            chain.levels.push(level);
        }
        chain
    }

    fn class(&self, total: usize) -> &[State] {
        &self.classes[total % self.servers]
    }

    /// How many profiles are possible with this total number.
    fn len(&self, total: usize) -> usize {
        self.class(total).partition_point(|state| state.excess <= total)
    }

    /// Sweeps up and down the levels until nothing changes any more.
    ///
    /// A level's distribution follows from those of its neighbours, and the levels' weights from the balance of the
    /// flows up and down, so that a sweep settles what is far apart as fast as what is near (aggregation and
    /// disaggregation: Takahashi 1975; Stewart, *Introduction to the Numerical Solution of Markov Chains*, 1994, ch. 6).
    /// Once the changes shrink by a constant factor, all that are still to come are added at once (Aitken's method).
    pub(super) fn solve(mut self) -> Solution {
        const SWEEPS: usize = 2_000;
        const SETTLED: f64 = 1e-11;
        /// So many sweeps are left to settle before the next leap.
        const PAUSE: usize = 5;
        let top = self.levels.len() - 1;
        let (mut last_change, mut last_factor, mut since) = (f64::INFINITY, 0.0, 0);
        for _ in 0..SWEEPS {
            since += 1;
            let before = (PAUSE <= since).then(|| self.levels.clone());
            let up = (0..=top).map(|total| self.update(total)).fold(0.0, f64::max);
            let down = (0..top).rev().map(|total| self.update(total)).fold(0.0, f64::max);
            let change: f64 = up.max(down);
            if change < SETTLED {
                break;
            }
            let factor = change / last_change;
            let steady = factor < 1.0 && (factor - last_factor).abs() < 0.1 * (1.0 - factor).max(0.1);
            if let Some(before) = before.filter(|_| steady) {
                self.leap(&before, factor / (1.0 - factor));
                since = 0;
            }
            (last_change, last_factor) = (change, factor);
        }
        self.solution()
    }

    /// Goes `stride` times as far again as from `before` to now.
    fn leap(&mut self, before: &[Vec<f64>], stride: f64) {
        for (total, before) in before.iter().enumerate() {
            let level = &mut self.levels[total];
            for (p, before) in level.iter_mut().zip(before) {
                *p = (*p + stride * (*p - before)).max(0.0);
            }
            let sum: f64 = level.iter().sum();
            for p in level.iter_mut() {
                *p /= sum;
            }
            let states = self.levels[total].iter().zip(self.class(total));
            self.busy[total] = states
                .map(|(p, state)| p * working(state, total, self.servers))
                .sum();
        }
    }

    /// Works out one level anew from its neighbours; returns by how much it changed.
    fn update(&mut self, total: usize) -> f64 {
        let (top, n) = (self.levels.len() - 1, self.servers);
        let mut next = vec![0.0; self.levels[total].len()];
        if 0 < total {
            let from = &self.levels[total - 1];
            for (p, state) in from.iter().zip(self.class(total - 1)) {
                next[state.arrival] += p * self.busy[total];
            }
        }
        // One period above the top, profiles are as likely as one period below.
        let (from, busy) = if total < top {
            (&self.levels[total + 1], self.busy[total + 1])
        } else {
            (&self.levels[total + 1 - n], n as f64)
        };
        for (p, state) in from.iter().zip(self.class(total + 1)) {
            let flow = p * self.load / busy;
            // Nobody leaves an empty queue.
            let idle = usize::from(state.excess == total + 1);
            for (to, rate) in &state.departures[idle..] {
                next[*to] += flow * rate;
            }
        }
        let (mut sum, mut busy) = (0.0, 0.0);
        for (p, state) in next.iter_mut().zip(self.class(total)) {
            let working = working(state, total, n);
            *p /= working + self.load;
            sum += *p;
            busy += *p * working;
        }
        // An empty system that nobody comes to stays as it is.
        if !sum.is_normal() {
            return 0.0;
        }
        let old = &mut self.levels[total];
        let mut change = 0.0;
        for (old, p) in old.iter_mut().zip(&next) {
            let p = p / sum;
            change += (p - *old).abs();
            *old = p;
        }
        self.busy[total] = busy / sum;
        change
    }

    fn solution(&self) -> Solution {
        let (n, top) = (self.servers as f64, self.levels.len() - 1);
        let rho = self.load / n;
        let idle = (n - self.load) / n;
        // P(the shortest queue has exactly k), up to a factor: of the levels below the top period, and of that.
        let mut below = vec![0.0; self.threshold + 2];
        let mut period = below.clone();
        let (mut weight, mut mass, mut area) = (1.0, 0.0, 0.0);
        for total in 0..=top {
            if 0 < total {
                weight *= self.load / self.busy[total];
            }
            mass += weight;
            area += weight * total as f64;
            let exactly = if top < total + self.servers {
                &mut period
            } else {
                &mut below
            };
            for (p, state) in self.levels[total].iter().zip(self.class(total)) {
                exactly[(total - state.excess) / self.servers] += p * weight;
            }
        }
        // All servers are busy above, where the total number is that of an M/M/1.
        let beyond = weight * rho / idle;
        mass += beyond;
        area += beyond * (top as f64 + idle.recip());
        // One period higher the shortest queue is longer by one, and all is less likely by the ratio.
        let ratio = rho.powf(n);
        let mut exactly = period[0];
        let mut all = vec![below[0] + exactly];
        for (below, period) in below.iter().zip(&period).skip(1) {
            exactly = period + ratio * exactly;
            all.push(below + exactly);
        }
        let rest = if self.load == 0.0 {
            0.0
        } else {
            exactly * ratio / -(n * (-idle).ln_1p()).exp_m1()
        };
        let mut finds: Vec<f64> = all
            .iter()
            .rev()
            .scan(rest, |at_least, exactly| {
                *at_least += exactly;
                Some(*at_least / mass)
            })
            .collect();
        finds.reverse();
        Solution {
            mean_in_system: area / mass,
            finds,
            ratio,
        }
    }
}

/// The mean number of servers at work, in a state with this total number.
fn working(state: &State, total: usize, servers: usize) -> f64 {
    let idle = if state.excess == total {
        state.shortest
    } else {
        0.0
    };
    servers as f64 - idle
}

/// All profiles with their ways, by the remainder of their excess.
fn classes(servers: usize, threshold: usize) -> Vec<Vec<State>> {
    let mut profiles: Vec<Vec<(usize, Profile)>> = vec![Vec::new(); servers];
    place(
        servers,
        1,
        &mut vec![0; threshold + 1],
        &mut |profile: &Profile| {
            let excess = excess(profile);
            profiles[excess % servers].push((excess, profile.clone()));
        },
    );
    for class in &mut profiles {
        class.sort_unstable();
    }
    let index = |profile: Profile| {
        let key = (excess(&profile), profile);
        let found = profiles[key.0 % servers].binary_search(&key);
        found.expect("an event leads to a profile")
    };
    let state = |(excess, profile): &(usize, Profile)| {
        let heights = (0..=threshold).filter(|&height| 0 < profile[height]);
        State {
            excess: *excess,
            shortest: profile[0] as f64,
            arrival: index(after_arrival(profile)),
            departures: heights
                .map(|height| (index(after_departure(profile, height)), profile[height] as f64))
                .collect(),
        }
    };
    let of_class = |class: &Vec<_>| class.iter().map(state).collect();
    profiles.iter().map(of_class).collect()
}

fn excess(profile: &Profile) -> usize {
    profile.iter().enumerate().map(|(i, count)| i * count).sum()
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
fn after_departure(profile: &Profile, above: usize) -> Profile {
    let threshold = profile.len() - 1;
    let mut next = profile.clone();
    let from = match above {
        0 if profile[threshold] == 0 => {
            // The shortest queue gets shorter, and all others lie one higher above it.
            next[0] -= 1;
            next.rotate_right(1);
            next[0] = 1;
            return next;
        }
        // It would lie too far below the longest, so a request moves over: as if it had left there.
        0 => threshold,
        above => above,
    };
    next[from] -= 1;
    next[from - 1] += 1;
    if next[0] == 0 {
        next.rotate_left(1);
    }
    next
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
