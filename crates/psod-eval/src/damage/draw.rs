//! Chance that is the same on every machine: SplitMix64 (Steele, Lea and Flood, 2014), seeded
//! with a hash.

use sha2::{Digest, Sha256};

/// A sequence of draws.
#[derive(Clone, Debug)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The sequence that `seed` and `names` stand for.
    pub fn new(seed: u64, names: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        for name in names {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
        }
        let digest = hash.finalize();
        let state = digest.iter().take(8).fold(0, |state, byte| state << 8 | u64::from(*byte));
        Self { state }
    }

    /// Draws 64 bits.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `bound`; 0 when there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.number()) * bound as u128) >> 64) as usize
    }

    /// Draws a fraction from 0 up to, and without, 1.
    pub fn fraction(&mut self) -> f64 {
        const BITS: u32 = 53;
        (self.number() >> (u64::BITS - BITS)) as f64 / (1_u64 << BITS) as f64
    }

    /// Draws true with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Draws one of `choices`.
    ///
    /// # Panics
    /// When there is none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(seed: u64, names: &[&str]) -> u64 {
        Draw::new(seed, names).number()
    }

    #[test]
    fn the_sequence_is_fixed_by_seed_and_names() {
        // The reference sequence of SplitMix64 for the state 0.
        let mut reference = Draw { state: 0 };
        assert_eq!(reference.number(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(reference.number(), 0x6e78_9e6a_a1b9_65f4);
        assert_eq!(first(1, &["a", "b"]), first(1, &["a", "b"]));
        assert_ne!(first(1, &["a", "b"]), first(2, &["a", "b"]));
        assert_ne!(first(1, &["a", "b"]), first(1, &["ab"]));
    }

    #[test]
    fn draws_stay_inside_their_bounds_and_reach_them() {
        let mut draw = Draw::new(1, &[]);
        let drawn: std::collections::BTreeSet<usize> = (0..200).map(|_| draw.below(3)).collect();
        assert_eq!(drawn, [0, 1, 2].into());
        assert!((0..200).all(|_| (0.0..1.0).contains(&draw.fraction())));
    }
}
