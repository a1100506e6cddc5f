//! Coefficients that were fitted to the knowledge base: `kb/calibration.toml`, which `psod-eval
//! calibrate` writes.

use serde::{Deserialize, Serialize};

use super::source::syntax_error;
use crate::error::Result;

/// The factors that turn the points of the program's table into log-odds. A factor is at least 0, so
/// that more evidence never makes an issue less likely.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coefficients {
    /// Log-odds of an issue before any evidence, where half of all crashes are of a known issue.
    pub prior: f64,
    /// Of frames.
    pub frames: f64,
    /// Of a text or machine check that holds for no other issue.
    pub decisive: f64,
    /// Of other texts and machine checks.
    pub texts: f64,
    /// Of panic kind, exception, world, modules, versions and hardware.
    pub circumstances: f64,
    /// Of all evidence against an issue.
    pub against: f64,
    /// Of the frame points beyond saturation, which count between issues only.
    pub rivals: f64,
}

/// The file: the coefficients, with the stamp of the files to which they were fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fitted {
    /// Digest of the files of the knowledge base on which the fit depends, and of the points of the
    /// program.
    pub stamp: String,
    /// The seed of the random numbers.
    pub seed: u64,
    /// How often each damaged form with random parts was written.
    pub repeats: u16,
    /// The result of the fit.
    pub coefficients: Coefficients,
}

/// The path of the file inside a knowledge base.
pub const CALIBRATION_FILE: &str = "calibration.toml";

/// A coefficient beyond this bound was not fitted but mistyped.
const MAX_COEFFICIENT: f64 = 100.0;

const HEAD: &str = "# Written by `psod-eval calibrate --update --kb DIR` together with frames/rarity.csv; docs/matching.md\n\
                    # says how. Not to be edited: the stamp fits these crash texts and signatures only.\n";

impl Coefficients {
    /// The points of the program's table without change, and the prior that belongs to them.
    pub const AS_SET: Self = Self {
        prior: -2.5,
        frames: 1.0,
        decisive: 1.0,
        texts: 1.0,
        circumstances: 1.0,
        against: 1.0,
        rivals: 0.5,
    };

    /// The names of all numbers, in the order of the list; the prior is the first one.
    pub const NAMES: [&'static str; 7] =
        ["prior", "frames", "decisive", "texts", "circumstances", "against", "rivals"];

    /// The numbers as a list.
    pub fn to_array(&self) -> [f64; Self::NAMES.len()] {
        let Self { prior, frames, decisive, texts, circumstances, against, rivals } = *self;
        [prior, frames, decisive, texts, circumstances, against, rivals]
    }

    /// The numbers out of a list.
    pub fn from_array(list: [f64; Self::NAMES.len()]) -> Self {
        let [prior, frames, decisive, texts, circumstances, against, rivals] = list;
        Self { prior, frames, decisive, texts, circumstances, against, rivals }
    }
}

impl Fitted {
    /// Reads the file `path`, which has the content `text`.
    ///
    /// # Errors
    /// [`crate::error::Error::KbSyntax`] when it cannot be read, or a factor is below 0 or not a
    /// number.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let fitted: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
            syntax_error(path, line, error.message())
        })?;
        let [prior, factors @ ..] = fitted.coefficients.to_array();
        if !(-MAX_COEFFICIENT..=MAX_COEFFICIENT).contains(&prior)
            || !factors.iter().all(|factor| (0.0..=MAX_COEFFICIENT).contains(factor))
        {
            let problem = "expected a prior from -100 to 100 and factors from 0 to 100";
            return Err(syntax_error(path, 1, problem));
        }
        Ok(fitted)
    }

    /// Writes the file, with coefficients rounded to thousandths.
    pub fn to_toml(&self) -> String {
        let Self { stamp, seed, repeats, coefficients } = self;
        let pairs = Coefficients::NAMES.iter().zip(coefficients.to_array());
        let lines: String = pairs.map(|(name, value)| format!("{name} = {value:.3}\n")).collect();
        format!(
            "{HEAD}stamp = \"{stamp}\"\nseed = {seed}\nrepeats = {repeats}\n\n[coefficients]\n{lines}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_written_file_can_be_read() {
        let coefficients = Coefficients { frames: 0.85, ..Coefficients::AS_SET };
        let fitted = Fitted { stamp: "abc".into(), seed: 1, repeats: 3, coefficients };
        let read = Fitted::parse("calibration.toml", &fitted.to_toml());
        assert_eq!(read.expect("a calibration"), fitted);
    }

    #[track_caller]
    fn check(from: &str, to: &str, line: usize) {
        let coefficients = Coefficients::AS_SET;
        let fitted = Fitted { stamp: "abc".into(), seed: 1, repeats: 3, coefficients };
        let text = fitted.to_toml().replace(from, to);
        match Fitted::parse("calibration.toml", &text) {
            Err(Error::KbSyntax { line: found, .. }) => assert_eq!(found, line, "{text}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn impossible_coefficients_are_refused() {
        check("frames = 1.000", "frames = -1.0", 1);
        check("frames = 1.000", "frames = inf", 1);
        check("prior = -2.500", "prior = nan", 1);
        check("rivals = 0.500", "rivals = 1e300", 1);
        check("texts = 1.000", "text = 1.000", 11);
        check("stamp", "stomp", 3);
    }
}
