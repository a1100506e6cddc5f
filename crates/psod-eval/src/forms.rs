//! Every crash of the knowledge base in every form, through the shipped reader and matcher.
//!
//! A crash text is written again by `damage/`, read back, and matched under every setting of
//! `cases.rs`; a known crash that is not a sure and right match gets the stage at which it was
//! lost. `calibration/` observes the same texts. Counting is left to `tally.rs`.

use psod_match::crash::Crash;
use psod_match::diagnose::prepare;
use psod_match::error::Result;
use psod_match::kb::{Exemplar, KnowledgeBase};
use psod_match::matching::{Match, Matcher, Unproven};
use psod_match::read::crashes_in_text;
use psod_match::signature::CrashKeys;
use rayon::prelude::*;
use serde::Serialize;

use crate::cases::{Case, Setting, case_of, settings_of};
use crate::damage::{Damaged, Draw, FORMS, Form, Specimen};
use crate::known::{FEW_FRAMES, KnownCrash};

/// The forms that are measured.
#[derive(Clone, Debug)]
pub struct FormRequest<'a> {
    /// The start of all chance.
    pub seed: u64,
    /// How often the forms in which chance decides something are written.
    pub repeats: usize,
    /// Names of the forms; all of them when empty.
    pub forms: &'a [String],
}

impl FormRequest<'_> {
    fn forms(&self) -> impl Iterator<Item = &'static Form> {
        FORMS
            .iter()
            .filter(|form| self.forms.is_empty() || self.forms.iter().any(|name| name == form.name))
    }

    /// Lists every form, as often as it is written.
    fn rounds(&self) -> Vec<(&'static Form, usize)> {
        let mut rounds = Vec::new();
        for form in self.forms() {
            let times = if form.random { self.repeats.max(1) } else { 1 };
            rounds.extend((0..times).map(|repeat| (form, repeat)));
        }
        rounds
    }
}

/// Counts the texts that `request` writes of `kb`: the steps of its progress.
pub fn rounds(kb: &KnowledgeBase, request: &FormRequest<'_>) -> usize {
    request.rounds().len() * kb.exemplars.len()
}

/// Why a crash is not recognised for sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossCause {
    /// No crash is found in the text.
    NotFound,
    /// The reader loses the panic kind, or half of the story that the text still holds.
    Reader,
    /// The search does not name the issue among its fifty, or the issue is ruled out.
    Candidates,
    /// Another issue has more points.
    Score,
    /// The issue comes first and stays below the threshold of a match.
    Confidence,
}

impl LossCause {
    /// The code in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Reader => "reader",
            Self::Candidates => "candidates",
            Self::Score => "score",
            Self::Confidence => "confidence",
        }
    }
}

/// One crash in one form under one setting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FormCase {
    /// The form.
    pub form: &'static str,
    /// Which of its repeats, from 0.
    pub repeat: usize,
    /// The answer.
    #[serde(flatten)]
    pub case: Case,
    /// Confidence of the expected issue; 0 when it is not among the answers.
    pub expected_confidence: f64,
    /// Story frames of the crash as it was published.
    pub story: usize,
    /// Story frames that the form still holds.
    pub kept: usize,
    /// How many of these the reader reads.
    pub read: usize,
    /// Why a known crash is no sure and right match; absent when it is one, and for unknowns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<LossCause>,
    /// Why the evidence for the expected issue makes no match; absent where it may make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unproven: Option<Unproven>,
    /// True when the first answer is called a match.
    pub sure: bool,
    /// True when the expected issue is good enough to be shown.
    pub shown: bool,
}

impl FormCase {
    /// Names the crashes that are right or wrong together: those of one issue, or one alone.
    pub fn cluster(&self) -> &str {
        match self.case.setting {
            Setting::Near | Setting::Unknown => &self.case.path,
            _ => self.case.expected.as_deref().unwrap_or(&self.case.path),
        }
    }

    /// True when the expected issue is shown as one of the first `places`.
    pub fn is_right_in(&self, places: usize) -> bool {
        self.shown && self.case.rank.is_some_and(|rank| rank <= places)
    }

    /// True when it is called a match of the expected issue.
    pub fn is_sure_and_right(&self) -> bool {
        self.sure && self.case.rank == Some(1)
    }

    /// True for a known crash that is not a sure and right match, and for every wrong match.
    pub fn needs_a_look(&self) -> bool {
        self.cause.is_some() || self.is_sure_and_wrong()
    }

    /// True when it is called a match of an issue that it is not.
    pub fn is_sure_and_wrong(&self) -> bool {
        self.sure && !(self.case.is_known() && self.case.rank == Some(1))
    }
}

/// Runs `request` over `kb` against `matcher`, which was made of the same files and must show
/// every candidate; calls `done` after each text.
///
/// # Errors
/// [`psod_match::error::Error::Store`] when the store is damaged.
pub fn run(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &FormRequest<'_>,
    done: &(dyn Fn() + Sync),
) -> Result<Vec<FormCase>> {
    each_text(kb, matcher, request, done, |text| cases_of(kb, matcher, text))
}

/// A crash text in one form, and the crash that is read of it.
pub(crate) struct WrittenText<'a> {
    /// The form.
    pub form: &'static Form,
    /// Which of its repeats, from 0.
    pub repeat: usize,
    /// The crash text as it was published.
    pub exemplar: &'a Exemplar,
    /// Story frames of the crash as it was published.
    pub story: usize,
    /// The crash in this form.
    pub damaged: Damaged,
    /// The keys of the crash that the reader finds in it.
    pub keys: Option<CrashKeys>,
}

/// Writes every crash text of `kb` in every form of `request` and asks `ask` about each.
pub(crate) fn each_text<T: Send>(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    request: &FormRequest<'_>,
    done: &(dyn Fn() + Sync),
    ask: impl Fn(&WrittenText<'_>) -> Result<Vec<T>> + Sync,
) -> Result<Vec<T>> {
    let known = KnownCrash::read_all(kb);
    let tasks: Vec<(&'static Form, usize, &KnownCrash<'_>)> = request
        .rounds()
        .into_iter()
        .flat_map(|(form, repeat)| known.iter().map(move |known| (form, repeat, known)))
        .collect();
    let answers = tasks.par_iter().map(|&(form, repeat, one)| {
        let text = written(matcher, request.seed, (form, repeat), one, &known);
        let answers = text.map_or(Ok(Vec::new()), |text| ask(&text));
        done();
        answers
    });
    let answers: Vec<Vec<T>> = answers.collect::<Result<_>>()?;
    Ok(answers.into_iter().flatten().collect())
}

/// A crash in one form; `None` where the form does not exist for it.
fn written<'a>(
    matcher: &Matcher,
    seed: u64,
    (form, repeat): (&'static Form, usize),
    known: &KnownCrash<'a>,
    all: &[KnownCrash<'_>],
) -> Option<WrittenText<'a>> {
    let exemplar = known.exemplar;
    let mut draw = Draw::new(seed, &[form.name, &exemplar.path, &repeat.to_string()]);
    let other = stranger(exemplar, all, &mut draw);
    let specimen = Specimen { text: &exemplar.text, crash: &known.crash, other };
    let damaged = form.write(&specimen, &mut draw)?;
    let keys = read_back(&damaged, matcher);
    Some(WrittenText { form, repeat, exemplar, story: known.keys.frames.len(), damaged, keys })
}

fn cases_of(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    text: &WrittenText<'_>,
) -> Result<Vec<FormCase>> {
    let mut cases = Vec::new();
    for (setting, exclude) in settings_of(kb, text.exemplar) {
        let found = match &text.keys {
            Some(keys) => matcher.matches(keys, &exclude)?,
            None => Vec::new(),
        };
        let case = case_of(text.exemplar, setting, &found);
        cases.push(judged(text, case, &found, matcher));
    }
    Ok(cases)
}

/// A crash of no known issue to put between the lines: one of a known issue would rightly be found.
fn stranger<'a>(
    exemplar: &Exemplar,
    all: &'a [KnownCrash<'_>],
    draw: &mut Draw,
) -> Option<&'a Crash> {
    let strangers = all.iter().filter(|other| {
        other.exemplar.path != exemplar.path
            && other.keys.frames.len() >= FEW_FRAMES
            && other.exemplar.issue().is_none()
    });
    let strangers: Vec<&KnownCrash<'_>> = strangers.collect();
    if strangers.is_empty() { None } else { Some(&draw.pick(&strangers).crash) }
}

/// The crash that the reader finds: the first one, or that of the PCPU that wrote it.
fn read_back(damaged: &Damaged, matcher: &Matcher) -> Option<CrashKeys> {
    let found = crashes_in_text(&damaged.text);
    let own =
        damaged.pcpu.and_then(|pcpu| found.iter().position(|found| found.crash.pcpu == Some(pcpu)));
    let place = own.unwrap_or(0);
    Some(prepare(found.into_iter().nth(place)?, matcher).keys)
}

fn judged(text: &WrittenText<'_>, case: Case, found: &[Match], matcher: &Matcher) -> FormCase {
    let calibration = matcher.calibration();
    let expected = found.iter().find(|found| Some(&found.issue) == case.expected.as_ref());
    let expected_confidence = expected.map_or(0.0, |found| found.confidence);
    let read = text.damaged.story.iter().filter(|name| {
        let frames =
            text.keys.iter().flat_map(|keys| keys.frames.iter().chain(&keys.reporter_frames));
        frames.into_iter().any(|frame| frame.function == **name)
    });
    let mut judged = FormCase {
        form: text.form.name,
        repeat: text.repeat,
        expected_confidence,
        story: text.story,
        kept: text.damaged.story.len(),
        read: read.count(),
        cause: None,
        unproven: expected.and_then(|found| found.unproven),
        sure: case.confidence >= calibration.match_threshold,
        shown: expected_confidence >= calibration.possible_threshold,
        case,
    };
    if judged.case.is_known() && !judged.is_sure_and_right() {
        judged.cause = Some(cause(&judged, &text.damaged, &text.keys));
    }
    judged
}

fn cause(case: &FormCase, damaged: &Damaged, keys: &Option<CrashKeys>) -> LossCause {
    let Some(keys) = keys else {
        return LossCause::NotFound;
    };
    let kind_lost = damaged.kind.is_some() && keys.kind != damaged.kind;
    if kind_lost || case.read * 2 < case.kept {
        return LossCause::Reader;
    }
    match case.case.rank {
        None => LossCause::Candidates,
        Some(1) => LossCause::Confidence,
        Some(_) => LossCause::Score,
    }
}
