//! How far calls are from being complete: enough of those that were asked have answered.

/// How far one call is from being complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Join {
    /// Answers that are still needed; 0 when it is complete.
    pub(super) needed: u16,
    /// Answers that may still come.
    pub(super) possible: u16,
}

/// A [`Join`] of few answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Small {
    needed: u8,
    possible: u8,
}

impl Small {
    /// Stands for a join that has no room here.
    pub(super) const ELSEWHERE: Self = Self {
        needed: u8::MAX,
        possible: u8::MAX,
    };

    #[inline]
    pub(super) fn new(join: Join) -> Self {
        match (u8::try_from(join.needed), u8::try_from(join.possible)) {
            (Ok(needed), Ok(possible)) if possible < u8::MAX => Self { needed, possible },
            _ => Self::ELSEWHERE,
        }
    }

    /// The same as [`Join::ended`], for one that has room here.
    #[inline]
    pub(super) fn ended(&mut self, good: bool, optional: bool) -> Progress {
        let mut join = self.join();
        let progress = join.ended(good, optional);
        // Neither number grows.
        *self = Self {
            needed: join.needed as u8,
            possible: join.possible as u8,
        };
        progress
    }

    /// Returns the join that it stands for.
    #[inline]
    pub(super) fn join(self) -> Join {
        Join {
            needed: u16::from(self.needed),
            possible: u16::from(self.possible),
        }
    }
}

/// What an answer, or the lack of one, has done to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// It goes on as before.
    None,
    /// It is complete now.
    Complete,
    /// It cannot be completed any more.
    Failed,
}

impl Join {
    /// One more answer has come, or will not come; an optional one does not have to.
    #[inline]
    pub(super) fn ended(&mut self, good: bool, optional: bool) -> Progress {
        self.possible -= 1;
        if self.needed == 0 {
            return Progress::None;
        }
        if good {
            self.needed -= 1;
            if self.needed == 0 {
                return Progress::Complete;
            }
        } else if self.possible + 1 == self.needed {
            if optional {
                self.needed = 0;
                return Progress::Complete;
            }
            return Progress::Failed;
        }
        Progress::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against counting, over every order of good and bad answers to five calls.
    #[test]
    fn a_call_is_complete_or_fails_with_the_first_answer_that_decides_it() {
        for enough in 1..=5 {
            for answers in 0..1_u32 << 5 {
                let good = |at: u32| answers >> at & 1 == 1;
                let mut join = Join {
                    needed: enough,
                    possible: 5,
                };
                let told: Vec<Progress> = (0..5).map(|at| join.ended(good(at), false)).collect();
                let expected = (0..5).map(|at| {
                    let (well, badly): (Vec<u32>, Vec<u32>) = (0..=at).partition(|&at| good(at));
                    let decides_well = good(at) && well.len() == usize::from(enough);
                    let decides_badly = !good(at) && badly.len() == usize::from(5 - enough + 1);
                    match (decides_well, decides_badly) {
                        (true, _) => Progress::Complete,
                        (_, true) => Progress::Failed,
                        _ => Progress::None,
                    }
                });
                assert_eq!(told, expected.collect::<Vec<_>>(), "{enough} of {answers:05b}");
            }
        }
    }
}
