//! Small dense matrices, for chains whose levels are blocks.

/// A square matrix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    size: usize,
    /// Row by row.
    cells: Vec<f64>,
}

impl Matrix {
    /// Makes a matrix from its cells, by row and column.
    pub(super) fn from_fn(size: usize, cell: impl Fn(usize, usize) -> f64) -> Self {
        let cells = (0..size * size).map(|at| cell(at / size, at % size));
        Self {
            size,
            cells: cells.collect(),
        }
    }
    /// Makes a matrix with these numbers on its diagonal.
    pub(super) fn diagonal(size: usize, cell: impl Fn(usize) -> f64) -> Self {
        Self::from_fn(size, |row, column| if row == column { cell(row) } else { 0.0 })
    }
    /// Returns the number of rows, and of columns.
    pub(super) fn size(&self) -> usize {
        self.size
    }
    pub(super) fn at(&self, row: usize, column: usize) -> f64 {
        self.cells[row * self.size + column]
    }
    fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.size..][..self.size]
    }
    pub(super) fn plus(&self, other: &Self) -> Self {
        let sums = self.cells.iter().zip(&other.cells).map(|(a, b)| a + b);
        Self {
            size: self.size,
            cells: sums.collect(),
        }
    }
    pub(super) fn times(&self, other: &Self) -> Self {
        let mut cells = vec![0.0; self.cells.len()];
        for (row, sums) in cells.chunks_mut(self.size).enumerate() {
            for (k, &factor) in self.row(row).iter().enumerate() {
                for (sum, cell) in sums.iter_mut().zip(other.row(k)) {
                    *sum += factor * cell;
                }
            }
        }
        Self {
            size: self.size,
            cells,
        }
    }
    /// Returns `1 − self`.
    pub(super) fn complement(&self) -> Self {
        Self::from_fn(self.size, |row, column| {
            f64::from(u8::from(row == column)) - self.at(row, column)
        })
    }
    /// Returns `−self⁻¹ · other` for an M-matrix or its negative: one sign on the diagonal, the other or zero beside it, and
    /// the diagonal the heavier in each row.
    ///
    /// Gauss–Jordan elimination without pivots, which such a matrix does not need. All that it adds has one sign but for
    /// the diagonal, so even the smallest cells keep their figures.
    pub(super) fn minus_inverse_times(&self, other: &Self) -> Self {
        let n = self.size;
        let (mut left, mut right) = (self.clone(), other.clone());
        for pivot in 0..n {
            let scale = left.at(pivot, pivot).recip();
            for row in (0..n).filter(|&row| row != pivot) {
                let factor = left.at(row, pivot) * scale;
                if factor != 0.0 {
                    for matrix in [&mut left, &mut right] {
                        for column in 0..n {
                            matrix.cells[row * n + column] -= factor * matrix.at(pivot, column);
                        }
                    }
                }
            }
        }
        Self::from_fn(n, |row, column| -right.at(row, column) / left.at(row, row))
    }
}

/// Returns the product of a row and a matrix.
pub(super) fn row_times(row: &[f64], matrix: &Matrix) -> Vec<f64> {
    let column = |column: usize| -> f64 {
        let terms = row.iter().enumerate();
        terms.map(|(k, p)| p * matrix.at(k, column)).sum()
    };
    (0..row.len()).map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::test_support::assert_close;

    #[test]
    fn an_inverse_undoes_its_matrix() {
        let cells = [[5.0, -2.0, -1.0], [-3.0, 7.0, -4.0], [-1.0, -1e-20, 2.0]];
        let matrix = Matrix::from_fn(3, |row, column| cells[row][column]);
        let one = Matrix::diagonal(3, |_| 1.0);
        let product = matrix.times(&matrix.minus_inverse_times(&one));
        for row in 0..3 {
            for column in 0..3 {
                assert_close(product.at(row, column), -one.at(row, column), 1e-14);
            }
        }
        assert_eq!(one.plus(&one).complement(), Matrix::diagonal(3, |_| -1.0));
        assert_eq!(row_times(&[1.0, 0.0, 2.0], &matrix), [3.0, -2.0, 3.0]);
    }
}
