//! The smallest signature that matches every crash of a draft and no other one.

use std::collections::BTreeSet;

use super::bench::{Bench, Outcome};
use super::check::common_check;
use super::frames::{Asking, CommonFrame, common_frames};
use super::message::common_template;
use crate::compile::is_more_than_its_kind;
use crate::kb::{CheckPattern, Signature, SourcePlace};
use crate::matching::Matcher;
use crate::signature::CrashKeys;

/// Fewest frames of a signature: one alone proves nothing.
const FEWEST: usize = 2;
/// Most common frames that are looked at.
const MOST: usize = 24;
/// Numbers of frames that a search begins with where all of them are too many.
const STARTS: &[usize] = &[8, 6, 5, 4, 3, 2];
/// Name of the signature.
const NAME: &str = "main";

/// What the crashes have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Material {
    kinds: Vec<String>,
    message: Option<String>,
    source: Option<SourcePlace>,
    pub check: Option<CheckPattern>,
    frames: Vec<CommonFrame>,
    /// What each frame weighs.
    weights: Vec<f64>,
}

/// A signature, and how it does.
pub(super) struct Searched {
    pub signature: Signature,
    pub outcome: Outcome,
}

impl Material {
    pub(super) fn new(crashes: &[&CrashKeys], matcher: &Matcher) -> Self {
        let kinds: BTreeSet<&str> =
            crashes.iter().filter_map(|keys| Some(keys.kind?.as_str())).collect();
        let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
        let message = common_template(crashes.iter().map(|keys| keys.message.as_str()));
        let message = message.filter(|message| says_more(message, &kinds));
        let mut frames = common_frames(crashes, matcher.weights());
        frames.truncate(MOST);
        let kind = crashes.first().and_then(|keys| keys.kind);
        let weights = frames.iter().map(|frame| matcher.weight(&frame.function, kind)).collect();
        let (source, check) = (common_source(crashes), common_check(crashes));
        Self { kinds, message, source, check, frames, weights }
    }

    /// The same without those texts that another known crash prints, too: they would find it.
    fn own(&self, bench: &Bench<'_>) -> Self {
        let texts =
            Self { message: None, source: None, check: None, frames: Vec::new(), ..self.clone() };
        let message = Self { message: self.message.clone(), ..texts.clone() };
        let source = Self { source: self.source.clone(), ..texts.clone() };
        let check = Self { check: self.check.clone(), ..texts };
        Self {
            message: self.message.clone().filter(|_| message.is_decisive(bench)),
            source: self.source.clone().filter(|_| source.is_decisive(bench)),
            check: self.check.clone().filter(|_| check.is_decisive(bench)),
            ..self.clone()
        }
    }

    /// True when its texts are decisive, without any frames.
    fn is_decisive(&self, bench: &Bench<'_>) -> bool {
        bench.is_decisive(&self.signature(&[], Asking::Function))
    }

    /// What the crashes may be called by: the function on top, or else words of the message.
    pub(super) fn name(&self) -> String {
        let function = self.frames.first().map(|frame| frame.function.clone());
        let message = self.message.as_ref().map(|text| text.replace(['{', '}', '*'], " "));
        function.or(message).unwrap_or_else(|| self.kinds.join("-"))
    }

    /// The signature that asks for the frames at these places.
    fn signature(&self, frames: &[usize], asking: Asking) -> Signature {
        Signature {
            name: NAME.to_owned(),
            kinds: self.kinds.clone(),
            messages: self.message.iter().cloned().collect(),
            sources: self.source.iter().cloned().collect(),
            machine_check: self.check.clone(),
            frames: frames.iter().map(|place| self.frames[*place].pattern(asking)).collect(),
            ..Signature::default()
        }
    }

    /// The places of the `most` heaviest frames, in their order.
    fn heaviest(&self, most: usize) -> Vec<usize> {
        let mut places = self.by_weight();
        places.reverse();
        places.truncate(most);
        places.sort_unstable();
        places
    }

    /// The places of the frames, the lightest first; of equal ones the lowest in the backtrace.
    fn by_weight(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.frames.len()).collect();
        places.sort_by(|one, other| {
            self.weights[*one].total_cmp(&self.weights[*other]).then(other.cmp(one))
        });
        places
    }

    /// The frames that a search begins with, all of them first.
    fn starts(&self) -> Vec<Vec<usize>> {
        let fewer = STARTS.iter().filter(|most| **most < self.frames.len());
        let all = std::iter::once((0..self.frames.len()).collect());
        all.chain(fewer.map(|most| self.heaviest(*most))).collect()
    }
}

/// The place of the assertion that all of some crashes name.
fn common_source(crashes: &[&CrashKeys]) -> Option<SourcePlace> {
    let source = crashes.first()?.source.as_ref()?;
    let (path, line) = source;
    let file = path.rsplit(['/', '\\']).next().filter(|file| file.contains('.'))?;
    let place = SourcePlace { file: file.to_owned(), line: Some(*line) };
    crashes.iter().all(|keys| keys.source.as_ref() == Some(source)).then_some(place)
}

/// True for a template that says more than every panic of these kinds.
fn says_more(message: &str, kinds: &[String]) -> bool {
    let messages = vec![message.to_owned()];
    is_more_than_its_kind(&Signature { kinds: kinds.to_vec(), messages, ..Signature::default() })
}

/// The best signature: the smallest good one, or else the one that all of the material makes. `None`
/// where there is nothing to ask for.
pub(super) fn search(
    material: &Material,
    bench: &Bench<'_>,
    matcher: &Matcher,
) -> Option<Searched> {
    let material = &material.own(bench);
    let mut whole = None;
    for asking in Asking::ALL {
        for start in material.starts() {
            let signature = material.signature(&start, asking);
            if !signature.recognises_something() {
                return None;
            }
            let outcome = bench.outcome(&signature);
            if outcome.is_good(matcher.calibration()) {
                let found = Searched { signature, outcome };
                return Some(smallest(material, bench, matcher, (start, asking), found));
            }
            whole.get_or_insert(Searched { signature, outcome });
        }
    }
    whole
}

/// Takes the lightest frames out as long as the signature stays good.
fn smallest(
    material: &Material,
    bench: &Bench<'_>,
    matcher: &Matcher,
    (mut frames, asking): (Vec<usize>, Asking),
    mut found: Searched,
) -> Searched {
    for place in material.by_weight() {
        if frames.len() <= FEWEST {
            break;
        }
        if !frames.contains(&place) {
            continue;
        }
        let fewer: Vec<usize> = frames.iter().copied().filter(|one| *one != place).collect();
        let signature = material.signature(&fewer, asking);
        let outcome = bench.outcome(&signature);
        if outcome.is_good(matcher.calibration()) {
            frames = fewer;
            found = Searched { signature, outcome };
        }
    }
    found
}

/// Templates of the log lines that all of some crashes print, those of the first one.
pub(super) fn common_logs(crashes: &[&CrashKeys]) -> Vec<String> {
    let Some((first, others)) = crashes.split_first() else { return Vec::new() };
    let templates = first.logs.iter().filter_map(|line| common_template([line.as_str()]));
    templates.filter(|log| others.iter().all(|crash| is_printed(log, crash))).collect()
}

/// True when a crash prints such a log line.
pub(super) fn is_printed(log: &str, crash: &CrashKeys) -> bool {
    let template = crate::text::Template::new(log);
    crash.logs.iter().any(|line| template.is_in(line))
}
