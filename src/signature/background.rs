//! Functions that every crash of a kind may print: parts of the story, without weight.
//!
//! Few crashes are public, so counting them cannot say how common a kernel path is: the worldlet of
//! a virtual network card is in one known crash and in every packet that a guest sends. The list
//! `kb/frames/shared.txt` says it instead.

use std::collections::BTreeMap;

use crate::crash::PanicKind;

/// The functions of the list, each with the panic kinds of which it says nothing.
#[derive(Clone, Debug, Default)]
pub struct Background {
    names: BTreeMap<String, Kinds>,
    /// Starts of names, as `Worldlet*` has them.
    starts: Vec<(String, Kinds)>,
}

/// Panic kinds; none for every kind.
type Kinds = Vec<PanicKind>;

impl Background {
    /// Reads the lines of the list: a function or `Start*`, and the codes of the panic kinds that it
    /// is about. Codes that are not known are passed over; lint reports them.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut background = Self::default();
        for line in lines {
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else {
                continue;
            };
            let kinds: Kinds = words.filter_map(PanicKind::from_name).collect();
            match name.strip_suffix('*') {
                Some(start) => background.starts.push((start.to_owned(), kinds)),
                None => {
                    background.names.insert(name.to_owned(), kinds);
                }
            }
        }
        background
    }

    /// True when `function` says nothing about a panic that is of one of `kinds`.
    pub fn has(&self, function: &str, kinds: &[PanicKind]) -> bool {
        let listed = self.names.get(function).is_some_and(|listed| covers(listed, kinds));
        listed
            || self
                .starts
                .iter()
                .any(|(start, listed)| function.starts_with(start) && covers(listed, kinds))
    }
}

/// A line without kinds is about every panic.
fn covers(listed: &[PanicKind], kinds: &[PanicKind]) -> bool {
    listed.is_empty() || kinds.iter().any(|kind| listed.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: &str, kinds: &[PanicKind], expected: bool) {
        let lines = ["PortOutput", "Worldlet*", "TLBDoInvalidate tlb-ack no-heartbeat"];
        assert_eq!(Background::new(lines).has(function, kinds), expected, "{function} {kinds:?}");
    }

    #[test]
    fn names_and_starts_of_names_say_nothing_and_some_only_for_a_kind() {
        check("PortOutput", &[], true);
        check("PortOutputX", &[], false);
        check("WorldletBHHandler", &[PanicKind::PageFault], true);
        check("TLBDoInvalidate", &[PanicKind::TlbAck], true);
        check("TLBDoInvalidate", &[PanicKind::PageFault], false);
        check("TLBDoInvalidate", &[], false);
    }
}
