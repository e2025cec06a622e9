//! The variants of a comparison as a [`Selection`] sees them.

use super::{
    Conduct,
    campaign::{Campaign, extend_each},
    compare::Criterion,
    run::need,
    select::Field,
};

/// The campaigns of all variants, and what they are compared by.
pub(super) struct Race<'a> {
    pub campaigns: Vec<Campaign<'a>>,
    pub criteria: &'a [Criterion],
    pub conduct: &'a Conduct<'a>,
}

impl Race<'_> {
    fn column(&self, variant: usize, measure: usize) -> Option<usize> {
        let Criterion { of, measure, .. } = &self.criteria[measure];
        self.campaigns[variant].column(of, measure)
    }

    /// Whether there is anything to judge a variant by.
    pub(super) fn has(&self, variant: usize, measure: usize) -> bool {
        self.value(variant, measure).is_some()
    }
}

impl Field for Race<'_> {
    fn variants(&self) -> usize {
        self.campaigns.len()
    }
    fn extend(&mut self, counts: &[usize]) -> bool {
        extend_each(&mut self.campaigns, counts, self.conduct)
    }
    fn finished(&self, variant: usize) -> usize {
        self.campaigns[variant].finished()
    }
    fn is_steady(&self, variant: usize) -> bool {
        self.campaigns[variant].is_steady()
    }
    fn values(&self, variant: usize, measure: usize) -> Vec<Option<f64>> {
        let Some(column) = self.column(variant, measure) else {
            return Vec::new();
        };
        let rows = self.campaigns[variant].rows.iter();
        rows.map(|row| row[column]).collect()
    }
    fn value(&self, variant: usize, measure: usize) -> Option<f64> {
        let column = self.column(variant, measure)?;
        self.campaigns[variant].measure(column).value
    }
    fn precise_at(&self, variant: usize, precision: f64, cap: usize) -> usize {
        let campaign = &self.campaigns[variant];
        let count = campaign.finished();
        need(campaign, precision, count, cap).map_or(count, |need| need.next)
    }
}
