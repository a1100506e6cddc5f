//! How sure the reader is of names that are right and of names that are wrong: below which confidence a
//! character is in doubt is chosen by it.

use psod_match::read::PictureText;
use serde::Serialize;

use super::score::places_of_names;

/// Steps of confidence, from 0 to 1.
pub const STEPS: usize = 20;

/// Names that were read, by the confidence of their least sure character.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Doubts {
    /// Those that the screen prints.
    pub right: [usize; STEPS],
    /// Those that it does not print.
    pub wrong: [usize; STEPS],
}

impl Doubts {
    /// Counts the names of one reading.
    pub fn add(&mut self, truth: &str, text: &PictureText) {
        let printed: Vec<&str> = places_of_names(truth).map(|place| &truth[place]).collect();
        for line in &text.lines {
            for place in places_of_names(&line.text) {
                // Screens are read in ASCII: a letter is a byte.
                let letters = line.confidence.get(place.clone()).unwrap_or_default();
                let sure = letters.iter().copied().fold(1.0, f32::min);
                let step = ((sure * STEPS as f32) as usize).min(STEPS - 1);
                let is_right = printed.contains(&&line.text[place]);
                let counts = if is_right { &mut self.right } else { &mut self.wrong };
                counts[step] += 1;
            }
        }
    }

    /// Adds those of another class.
    pub fn join(&mut self, other: &Self) {
        for (sum, more) in self.right.iter_mut().zip(other.right) {
            *sum += more;
        }
        for (sum, more) in self.wrong.iter_mut().zip(other.wrong) {
            *sum += more;
        }
    }

    /// If names are in doubt below a step: the right ones that are, and the wrong ones that are not.
    #[must_use]
    pub fn below(&self, step: usize) -> (usize, usize) {
        (self.right[..step].iter().sum(), self.wrong[step..].iter().sum())
    }
}
