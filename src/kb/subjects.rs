//! The subjects of an issue: the names and texts of its signatures and crashes.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::issue::Issue;
use super::knowledge_base::KnowledgeBase;
use super::pattern::ComponentKind;
use crate::signature::CrashKeys;
use crate::threads::shared;

/// The names and texts that an issue is about; each once, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// Panic kinds of the signatures and of the crashes.
    pub kinds: BTreeSet<String>,
    /// Modules of the signatures and of the story frames of the crashes.
    pub modules: BTreeSet<String>,
    /// Functions that the signatures ask for.
    pub functions: BTreeSet<String>,
    /// Other functions, which only the crashes print.
    pub printed_functions: BTreeSet<String>,
    /// Panic messages of the crashes.
    pub printed_messages: BTreeSet<String>,
}

impl Subjects {
    /// The subjects of `issue`, whose crashes have the keys `crashes`.
    pub fn new<'a>(issue: &Issue, crashes: impl IntoIterator<Item = &'a CrashKeys>) -> Self {
        let mut subjects = Self::default();
        for signature in &issue.signatures {
            subjects.kinds.extend(signature.kinds.iter().cloned());
            subjects.modules.extend(signature.modules.iter().cloned());
            for frame in signature.wanted_frames() {
                subjects.functions.insert(frame.function.clone());
                subjects.modules.extend(frame.module.clone());
            }
            let components = signature.host.components.iter();
            let drivers = components.filter(|component| component.kind == ComponentKind::Driver);
            subjects.modules.extend(drivers.map(|driver| driver.name.clone()));
        }
        for keys in crashes {
            subjects.kinds.extend(keys.kind.map(|kind| kind.as_str().to_owned()));
            subjects.modules.extend(keys.modules.iter().cloned());
            for frame in keys.frames.iter().chain(&keys.reporter_frames) {
                subjects.printed_functions.insert(frame.function.clone());
            }
            if !keys.message.is_empty() {
                subjects.printed_messages.insert(keys.message.clone());
            }
        }
        // A pattern such as `i40en*` is not the name of a module.
        subjects.modules.retain(|module| !module.contains('*'));
        subjects.printed_functions.retain(|function| !subjects.functions.contains(function));
        subjects
    }
}

impl Subjects {
    /// Every function, that the signatures ask for or that only the crashes print.
    pub fn all_functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().chain(&self.printed_functions).map(String::as_str)
    }
}

impl KnowledgeBase {
    /// The subjects of every issue, by its id.
    pub fn subjects(&self) -> BTreeMap<String, Subjects> {
        let keys = self.exemplars.par_iter().filter_map(|(_, exemplar)| {
            Some((exemplar.issue()?, self.crashes_in(exemplar).into_iter().next()?))
        });
        let mut crashes: BTreeMap<&str, Vec<CrashKeys>> = BTreeMap::new();
        for (id, keys) in shared(|| keys.collect::<Vec<_>>()) {
            crashes.entry(id).or_default().push(keys);
        }
        let issues = self.issues.iter();
        issues
            .map(|(id, issue)| {
                let crashes = crashes.get(id.as_str()).map_or(&[][..], Vec::as_slice);
                (id.clone(), Subjects::new(issue, crashes))
            })
            .collect()
    }

    /// The subjects of the issue `id`, from its signatures and the first crash of each crash text.
    pub fn subjects_of(&self, id: &str) -> Subjects {
        let Some(issue) = self.issues.get(id) else {
            return Subjects::default();
        };
        let keys: Vec<CrashKeys> = self
            .exemplars_of(id)
            .filter_map(|exemplar| self.crashes_in(exemplar).into_iter().next())
            .collect();
        Subjects::new(issue, &keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::KbSource;

    #[test]
    fn names_come_from_signatures_and_from_crashes() {
        let kb = KnowledgeBase::read(&[KbSource::Shipped]).expect("the shipped kb");
        let subjects = kb.subjects_of("KB414242");
        assert!(subjects.kinds.contains("nmi-ipi"));
        assert!(subjects.modules.contains("ilo") && subjects.modules.contains("vmkusb"));
        assert!(subjects.functions.contains("ilo_isr"));
        assert!(subjects.printed_functions.is_disjoint(&subjects.functions));
        assert!(kb.issues.keys().any(|id| !kb.subjects_of(id).printed_functions.is_empty()));
        assert_eq!(kb.subjects_of("KB1"), Subjects::default());
        assert_eq!(kb.subjects()["KB414242"], subjects);
    }
}
