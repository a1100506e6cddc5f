//! What a change of the knowledge base would do to crashes: the answers before it beside those after it.

mod question;
mod recorded;

use std::collections::BTreeSet;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use strum::{IntoStaticStr, VariantArray};

use crate::compile::compile;
use crate::crash::Crash;
use crate::error::Result;
use crate::kb::{KbFile, KnowledgeBase};
use crate::ledger::Ledger;
use crate::matching::{Calibration, Matcher, Verdict};
use crate::threads::shared;
pub(crate) use question::frames_of;
use question::{TrialQuestion, TrialSides, kb_questions};

/// A knowledge base, before a change or after it.
pub struct TrialSide {
    /// Its files.
    pub kb: KnowledgeBase,
    /// What is asked; drafts match, as in `kb test`.
    pub matcher: Matcher,
}

impl TrialSide {
    /// The knowledge base of these files, in the order of their sources, compiled in memory.
    ///
    /// # Errors
    /// Store and index errors.
    pub fn new(files: &[KbFile]) -> Result<Self> {
        Self::from_knowledge_base(KnowledgeBase::of_files(files))
    }

    /// As [`Self::new`], of files that are read already.
    ///
    /// # Errors
    /// Store and index errors.
    pub fn from_knowledge_base(kb: KnowledgeBase) -> Result<Self> {
        let matcher = Matcher::new(compile(&kb)?, Calibration::SHIPPED, true)?;
        Ok(Self { kb, matcher })
    }
}

/// A crash of the reader's own, with the name that a change is told by.
#[derive(Clone, Debug)]
pub struct NamedCrash {
    /// Such as `crash.txt:12`.
    pub name: String,
    /// The crash, as it was read.
    pub crash: Crash,
}

/// The crashes that are asked about.
#[derive(Clone, Copy, Default)]
pub struct Against<'a> {
    /// True for every crash text, near miss and unknown of both sides.
    pub kb: bool,
    /// Crashes of files.
    pub crashes: &'a [NamedCrash],
    /// The recorded crashes of a ledger.
    pub ledger: Option<&'a Ledger>,
    /// True to ask about recorded crashes that share nothing with a changed issue, too.
    pub thorough: bool,
}

/// What a change does to one crash.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    JsonSchema,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Effect {
    /// It was a match of nothing, and is one of the changed issue.
    In,
    /// It was a match of the changed issue, and is one of nothing.
    Out,
    /// It was a match of another issue, and is one of the changed issue or of nothing.
    Stolen,
    /// It was a match of the changed issue, and is one of another.
    Lost,
}

impl Effect {
    /// Every effect.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A crash whose match is another one after the change.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrialChange {
    /// What happens to it.
    pub effect: Effect,
    /// Path of the crash text, number of a recorded crash, or place in a file.
    pub crash: String,
    /// The issue that is changed.
    pub issue: String,
    /// The issue that it is stolen from or lost to.
    pub other: Option<String>,
    /// True when the crash text expects another answer than the one after the change.
    pub is_wrong: bool,
    /// The answer before.
    pub before: TrialAnswer,
    /// The answer after.
    pub after: TrialAnswer,
}

impl TrialChange {
    /// The same of another crash.
    fn of(&self, crash: String) -> Self {
        Self { crash, ..self.clone() }
    }
}

/// The answer about a crash on one side, and how `TrialChange::issue` fits there.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrialAnswer {
    /// The verdict.
    pub verdict: Verdict,
    /// The likeliest issue that is worth showing.
    pub first: Option<String>,
    /// Confidence of the changed issue; absent where it has nothing in common with the crash.
    pub confidence: Option<f64>,
    /// The frames that it looks for, each with the function of the crash that corresponds.
    pub frames: Vec<TrialFrame>,
}

/// A frame that an issue looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialFrame {
    /// As the signature or the recorded crash has it.
    pub wanted: String,
    /// The function of the crash that corresponds.
    pub found: Option<String>,
}

/// Something that was not looked at, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrialLimit {
    /// So many recorded crashes share nothing with a changed issue and were not asked about.
    PassedOver(usize),
    /// So many recorded crashes cannot be read.
    Damaged(usize),
    /// So many files of the knowledge base after the change cannot be read.
    LeftOut(usize),
}

/// Changes of one effect that are kept; the others are counted.
const MAX_KEPT: usize = 1000;

/// What a change would do.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Trial {
    /// The issues that are other ones after the change: new, changed, or gone.
    pub issues: Vec<String>,
    /// The crashes that were looked at.
    pub crashes: usize,
    /// The crashes whose match is another one, a bounded number of each effect.
    pub changes: Vec<TrialChange>,
    /// What was not looked at.
    pub limits: Vec<TrialLimit>,
    /// How many crashes there are of each effect, in the order of [`Effect::ALL`].
    counts: [usize; Effect::ALL.len()],
    /// How many of them get an answer that their text does not expect.
    wrong: usize,
}

impl Trial {
    /// The kept changes of one effect.
    pub fn of(&self, effect: Effect) -> impl Iterator<Item = &TrialChange> {
        self.changes.iter().filter(move |change| change.effect == effect)
    }

    /// How many crashes there are of an effect.
    pub fn count(&self, effect: Effect) -> usize {
        self.counts[effect as usize]
    }

    /// How many crash texts get another answer than they expect.
    pub fn wrong(&self) -> usize {
        self.wrong
    }

    /// True when no crash is stolen or lost, and none gets an answer that its text does not expect.
    pub fn is_clean(&self) -> bool {
        self.count(Effect::Stolen) + self.count(Effect::Lost) + self.wrong == 0
    }

    fn add(&mut self, change: TrialChange) {
        let count = &mut self.counts[change.effect as usize];
        *count += 1;
        self.wrong += usize::from(change.is_wrong);
        if *count <= MAX_KEPT {
            self.changes.push(change);
        }
    }
}

/// Tries a change: asks about each crash before it and after it.
///
/// # Errors
/// [`crate::error::Error::Store`] when a compiled knowledge base is damaged,
/// [`crate::error::Error::Ledger`] when the ledger cannot be read.
pub fn trial(before: &TrialSide, after: &TrialSide, against: &Against<'_>) -> Result<Trial> {
    let issues = changed_issues(&before.matcher, &after.matcher)?;
    let asked = TrialSides { sides: [&before.matcher, &after.matcher], changed: &issues };
    let mut trial = Trial { issues: issues.iter().cloned().collect(), ..Trial::default() };
    if after.kb.left_out() > 0 {
        trial.limits.push(TrialLimit::LeftOut(after.kb.left_out()));
    }
    let mut questions = Vec::new();
    if against.kb {
        questions.extend(kb_questions(before, after));
    }
    questions
        .extend(against.crashes.iter().map(|one| TrialQuestion::new(&one.name, &one.crash, asked)));
    trial.crashes += questions.len();
    let changes = questions.par_iter().map(|question| asked.change(question));
    let changes: Vec<Option<TrialChange>> = shared(|| changes.collect::<Result<_>>())?;
    changes.into_iter().flatten().for_each(|change| trial.add(change));
    if let Some(ledger) = against.ledger {
        recorded::add_recorded(&mut trial, asked, ledger, against.thorough)?;
    }
    Ok(trial)
}

/// The issues that are other ones on the second side: their file, their crash texts, or what their
/// texts prove beside those of others.
fn changed_issues(before: &Matcher, after: &Matcher) -> Result<BTreeSet<String>> {
    let mut changed = BTreeSet::new();
    let sides = [before.store(), after.store()];
    for (id, _) in sides.iter().flat_map(|side| side.issues()) {
        if !changed.contains(id) && sides[0].issue(id)? != sides[1].issue(id)? {
            changed.insert(id.to_owned());
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests;
