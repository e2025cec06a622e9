//! Transforms of distributions, each value of which is worked out once: percentiles of waits and responses, and of the
//! same queue under another load, ask for the same.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use num_complex::Complex64;

use crate::dist::Dist;

/// The transforms that have been asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Transforms(Rc<RefCell<Vec<Rc<Transform>>>>);

impl Transforms {
    /// Returns the transform of a distribution, with all that is known of it.
    pub(super) fn of(&self, dist: &Dist) -> Rc<Transform> {
        let mut all = self.0.borrow_mut();
        if let Some(found) = all.iter().find(|transform| transform.of == *dist) {
            return Rc::clone(found);
        }
        let new = Rc::new(Transform {
            of: dist.clone(),
            known: RefCell::default(),
        });
        all.push(Rc::clone(&new));
        new
    }
}

/// The transform of one distribution.
#[derive(Debug)]
pub(super) struct Transform {
    of: Dist,
    /// Values by the bits of their arguments.
    known: RefCell<BTreeMap<[u64; 2], Complex64>>,
}

impl Transform {
    /// Returns the mean of `exp(−s·X)`.
    pub(super) fn at(&self, s: Complex64) -> Complex64 {
        let bits = [s.re.to_bits(), s.im.to_bits()];
        let mut known = self.known.borrow_mut();
        *known.entry(bits).or_insert_with(|| self.of.laplace(s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transform_is_kept_and_is_that_of_its_own_distribution() {
        let transforms = Transforms::default();
        let (short, long) = (Dist::exponential(1.0).unwrap(), Dist::exponential(2.0).unwrap());
        let s = Complex64::new(1.0, 0.5);
        assert_eq!(transforms.of(&short).at(s), short.laplace(s));
        assert_eq!(transforms.clone().of(&long).at(s), long.laplace(s));
        assert!(Rc::ptr_eq(&transforms.of(&short), &transforms.clone().of(&short)));
        assert_eq!(transforms.of(&short).known.borrow().len(), 1);
    }
}
