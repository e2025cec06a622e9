//! Small Markov chains, solved whole.

/// Returns the stationary distribution of a continuous-time Markov chain of `len` states, from its transitions
/// `(from, to, rate)`: Gaussian elimination without subtraction (Grassmann, Taksar and Heyman, 1985).
pub(super) fn stationary(len: usize, transitions: impl IntoIterator<Item = (usize, usize, f64)>) -> Vec<f64> {
    let mut rates = vec![vec![0.0; len]; len];
    for (from, to, rate) in transitions {
        assert!(from != to && 0.0 <= rate);
        rates[from][to] += rate;
    }
    for n in (1..len).rev() {
        let (above, rest) = rates.split_at_mut(n);
        let row = &rest[0][..n];
        let out: f64 = row.iter().sum();
        assert!(0.0 < out, "state {n} never leads back");
        for upper in above {
            upper[n] /= out;
            let into = upper[n];
            if into != 0.0 {
                upper
                    .iter_mut()
                    .zip(row)
                    .for_each(|(rate, onward)| *rate += into * onward);
            }
        }
    }
    let mut probabilities = vec![1.0];
    for n in 1..len {
        probabilities.push(probabilities.iter().zip(&rates).map(|(p, row)| p * row[n]).sum());
    }
    let total: f64 = probabilities.iter().sum();
    probabilities.iter().map(|p| p / total).collect()
}
