//! A heap in which every item has a number: the least key is at hand, and any key may change.
//!
//! Four children to a node: a shallower tree than with two, and the children of a node share a cache line.

/// The least of many keys, where items are numbered from 0 and each is in the heap at most once.
///
/// Setting and removing a key take time that grows with the logarithm of the number of items, finding the least is
/// free. Equal keys are ordered by the number of the item, so the outcome never depends on the history.
///
/// ```
/// use plimsoll::model::heap::IndexedHeap;
///
/// let mut heap = IndexedHeap::new(3);
/// heap.set(0, 70);
/// heap.set(1, 50);
/// heap.set(2, 60);
/// assert_eq!(heap.first(), Some((1, 50)));
/// heap.set(1, 80);
/// assert_eq!(heap.first(), Some((2, 60)));
/// heap.remove(2);
/// assert_eq!(heap.first(), Some((0, 70)));
/// ```
#[derive(Clone, Debug)]
pub struct IndexedHeap<K> {
    /// Keys and items; no node is less than its parent.
    nodes: Vec<(K, u32)>,
    /// Where in `nodes` an item stands, or `ABSENT`.
    place: Vec<u32>,
}

const CHILDREN: usize = 4;
const ABSENT: u32 = u32::MAX;

impl<K: Ord + Copy> IndexedHeap<K> {
    /// Returns an empty heap with room for the items `0..items`; it grows when a greater number comes.
    pub fn new(items: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(items),
            place: vec![ABSENT; items],
        }
    }

    /// Returns how many items are in the heap.
    #[inline]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// Returns whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
    /// Returns the item with the least key, and the key.
    #[inline]
    pub fn first(&self) -> Option<(u32, K)> {
        self.nodes.first().map(|&(key, item)| (item, key))
    }
    /// Returns the key of an item that is in the heap.
    #[inline]
    pub fn key(&self, item: u32) -> Option<K> {
        let place = *self.place.get(item as usize)?;
        self.nodes.get(place as usize).map(|&(key, _)| key)
    }

    /// Puts an item in with this key, or gives it this key when it is in already.
    pub fn set(&mut self, item: u32, key: K) {
        if self.place.len() <= item as usize {
            self.place.resize(item as usize + 1, ABSENT);
        }
        let place = self.place[item as usize] as usize;
        if let Some(node) = self.nodes.get_mut(place) {
            let less = key < node.0;
            node.0 = key;
            if less { self.rise(place) } else { self.sink(place) }
        } else {
            self.nodes.push((key, item));
            self.rise(self.nodes.len() - 1);
        }
    }

    /// Takes an item out and returns its key, if it was in.
    pub fn remove(&mut self, item: u32) -> Option<K> {
        let place = *self.place.get(item as usize)? as usize;
        let key = self.nodes.get(place)?.0;
        self.nodes.swap_remove(place);
        self.place[item as usize] = ABSENT;
        if place < self.nodes.len() {
            // The last node has come here from another branch: it may belong further up or further down.
            self.rise(place);
            self.sink(self.place[self.nodes[place].1 as usize] as usize);
        }
        Some(key)
    }

    /// Takes out the item with the least key.
    pub fn pop(&mut self) -> Option<(u32, K)> {
        let (item, key) = self.first()?;
        self.remove(item);
        Some((item, key))
    }

    fn rise(&mut self, mut at: usize) {
        let node = self.nodes[at];
        while 0 < at {
            let parent = (at - 1) / CHILDREN;
            if self.nodes[parent] < node {
                break;
            }
            self.put(at, self.nodes[parent]);
            at = parent;
        }
        self.put(at, node);
    }

    fn sink(&mut self, mut at: usize) {
        let node = self.nodes[at];
        loop {
            let first = at * CHILDREN + 1;
            let children = first..self.nodes.len().min(first + CHILDREN);
            let Some(least) = children.min_by_key(|&child| self.nodes[child]) else {
                break;
            };
            if node < self.nodes[least] {
                break;
            }
            self.put(at, self.nodes[least]);
            at = least;
        }
        self.put(at, node);
    }

    #[inline]
    fn put(&mut self, at: usize, node: (K, u32)) {
        self.nodes[at] = node;
        self.place[node.1 as usize] = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_heap_agrees_with_an_ordered_set_under_any_history() {
        let mut rng = Seed(1).replication(0).stream("test");
        let mut heap = IndexedHeap::new(10);
        let mut keys: Vec<Option<u64>> = vec![None; 300];
        let mut set = BTreeSet::new();
        let (mut grown, mut removed) = (false, 0);
        for step in 0..20_000 {
            // The first items fit, later ones make the heap grow.
            let item = rng.below(if step < 1_000 { 10 } else { 300 });
            grown |= 10 <= item;
            if let Some(old) = keys[item] {
                set.remove(&(old, item as u32));
            }
            if rng.below(3) == 0 {
                removed += usize::from(keys[item].is_some());
                assert_eq!(heap.remove(item as u32), keys[item].take());
            } else {
                // Few keys, so that many are equal.
                let key = rng.below(40) as u64;
                heap.set(item as u32, key);
                keys[item] = Some(key);
                set.insert((key, item as u32));
            }
            assert_eq!(heap.key(item as u32), keys[item]);
            assert_eq!(heap.first(), set.first().map(|&(key, item)| (item, key)));
            assert_eq!((heap.len(), heap.is_empty()), (set.len(), set.is_empty()));
        }
        assert!(grown && 1_000 < removed);
        let drained: Vec<(u64, u32)> = std::iter::from_fn(|| heap.pop())
            .map(|(item, key)| (key, item))
            .collect();
        assert_eq!(drained, set.into_iter().collect::<Vec<_>>());
    }
}
