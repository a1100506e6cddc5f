//! Every issue retired in turn, its relatives kept: what is then said of its own crashes?

use psod_match::compile;
use psod_match::crash::Crash;
use psod_match::error::Result;
use psod_match::kb::KnowledgeBase;
use psod_match::matching::{Calibration, Matcher};
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

/// The same about issues of which nothing was ever known: not even the functions of their crashes are
/// counted, so that one that a relative prints too is the relative's alone.
pub const UNHEARD_FORMS: &[&str] = &[
    "unheard-published",
    "unheard-top-lost",
    "unheard-half-lost",
    "unheard-inlined",
    "unheard-names",
];

/// Asks about the crashes of every issue of `kb` beside a knowledge base that was made without that
/// issue; nothing may match.
///
/// # Errors
/// When a compiled knowledge base is damaged.
pub fn unheard(kb: &KnowledgeBase, seed: u64) -> Result<Vec<LookalikeCase>> {
    let known = known_crashes(kb);
    let answers: Vec<Vec<Option<LookalikeCase>>> = known
        .par_iter()
        .map(|one| {
            let matcher = matcher_without(kb, one.issue)?;
            UNHEARD_FORMS.iter().map(|form| answer(form, one, &matcher, seed)).collect()
        })
        .collect::<Result<_>>()?;
    Ok(by_form(answers.into_iter().flatten().flatten().collect()))
}

/// Sorts cases by their form, each form's in their order.
fn by_form(mut cases: Vec<LookalikeCase>) -> Vec<LookalikeCase> {
    cases.sort_by_key(|case| UNHEARD_FORMS.iter().position(|form| *form == case.form));
    cases
}

/// A matcher of `kb` without an issue and its crash texts.
fn matcher_without(kb: &KnowledgeBase, issue: &str) -> Result<Matcher> {
    let mut kb = kb.clone();
    kb.issues.remove(issue);
    kb.exemplars.retain(|_, exemplar| exemplar.issue() != Some(issue));
    kb.rarity = kb.count_functions();
    Matcher::new(compile::compile(&kb)?, Calibration::SHIPPED, false)
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
        "retired-published" | "unheard-published" => Some(one.known.exemplar.text.clone()),
        "retired-names" | "unheard-names" => {
            in_form("names-only", one, &one.known.crash, &mut draw)
        }
        _ => {
            let lost = form.split_once('-').map_or(form, |(_, lost)| lost);
            in_form(lost, one, &without_message(&one.known.crash), &mut draw)
        }
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
