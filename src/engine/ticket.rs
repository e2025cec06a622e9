//! Where cancellable events wait while the queue holds a ticket for each.

/// Events by slot. A slot is reused, so a ticket is the slot together with its event's sequence number, which
/// is never given twice: a stale ticket cannot reach the slot's next event.
#[derive(Debug)]
pub(super) struct Tickets<E> {
    cells: Vec<Option<(u64, E)>>,
    free: Vec<u32>,
}

impl<E> Tickets<E> {
    pub(super) const fn new() -> Self {
        Self {
            cells: Vec::new(),
            free: Vec::new(),
        }
    }

    /// Keeps an event and returns its slot.
    #[inline]
    pub(super) fn put(&mut self, seq: u64, event: E) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.cells[slot as usize] = Some((seq, event));
            return slot;
        }
        let slot = u32::try_from(self.cells.len()).expect("fewer cancellable events at once than 2^32");
        self.cells.push(Some((seq, event)));
        slot
    }

    /// Returns whether the event is still here.
    #[inline]
    pub(super) fn holds(&self, slot: u32, seq: u64) -> bool {
        matches!(self.cells.get(slot as usize), Some(Some((owner, _))) if *owner == seq)
    }

    /// Takes the event and frees the slot, unless it has gone already.
    #[inline]
    pub(super) fn take(&mut self, slot: u32, seq: u64) -> Option<E> {
        if !self.holds(slot, seq) {
            return None;
        }
        self.free.push(slot);
        self.cells[slot as usize].take().map(|(_, event)| event)
    }

    /// Returns how many slots there are, free ones included.
    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.cells.len()
    }
}
