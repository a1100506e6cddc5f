//! Every issue retired in turn, its relatives kept: what is then said of its own crashes?

use psod_match::crash::Crash;
use psod_match::error::Result;
use psod_match::kb::KnowledgeBase;
use psod_match::matching::Matcher;
use rayon::prelude::*;

use super::{LookalikeCase, ReadCrash, answers, known_crashes};
use crate::damage::{Draw, FORMS, Specimen};

/// Highest share of matches that is accepted.
pub(super) const TARGET: f64 = 0.005;

/// The forms in which the crashes of a retired issue are asked about: as published; as a log
/// without a message whose top is lost; names alone.
pub const RETIRED_FORMS: &[&str] = &["retired-published", "retired-top-lost", "retired-names"];

/// Asks about the crashes of every issue of `kb` without that issue; nothing may match.
///
/// # Errors
/// When the compiled knowledge base is damaged.
pub fn retired(kb: &KnowledgeBase, matcher: &Matcher, seed: u64) -> Result<Vec<LookalikeCase>> {
    let known = known_crashes(kb);
    let tasks: Vec<(&str, &ReadCrash<'_>)> =
        RETIRED_FORMS.iter().flat_map(|form| known.iter().map(move |one| (*form, one))).collect();
    let answers: Vec<Option<LookalikeCase>> = tasks
        .par_iter()
        .map(|(form, one)| answer(form, one, matcher, seed))
        .collect::<Result<_>>()?;
    Ok(answers.into_iter().flatten().collect())
}

fn answer(
    form: &str,
    one: &ReadCrash<'_>,
    matcher: &Matcher,
    seed: u64,
) -> Result<Option<LookalikeCase>> {
    let path = &one.known.exemplar.path;
    let mut draw = Draw::new(seed, &[form, path]);
    let text = match form {
        "retired-published" => Some(one.known.exemplar.text.clone()),
        "retired-names" => in_form("names-only", one, &one.known.crash, &mut draw),
        _ => in_form("top-lost", one, &without_message(&one.known.crash), &mut draw),
    };
    let Some(text) = text else {
        return Ok(None);
    };
    let found = answers(&text, Some(one.issue), matcher)?;
    Ok(Some(LookalikeCase::new(form, path, one.issue, &found, None, matcher)))
}

fn in_form(name: &str, one: &ReadCrash<'_>, crash: &Crash, draw: &mut Draw) -> Option<String> {
    let form = FORMS.iter().find(|form| form.name == name)?;
    let specimen = Specimen { text: &one.known.exemplar.text, crash, other: None };
    form.write(&specimen, draw).map(|damaged| damaged.text)
}

fn without_message(crash: &Crash) -> Crash {
    let mut silent = crash.clone();
    silent.panic = None;
    silent.log_lines.clear();
    silent.screen.clear();
    silent
}
