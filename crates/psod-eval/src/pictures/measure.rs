//! How well pictures are read, beside the true text and beside general text recognition.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use psod_match::diagnose::prepare;
use psod_match::kb::{Exemplar, KnowledgeBase};
use psod_match::matching::Matcher;
use psod_match::picture::load::load;
use psod_match::picture::ocr::recognised;
use psod_match::picture::{Shapes, shelf};
use psod_match::read::{
    FoundCrash, Limits, PictureReader, PictureText, crashes_in_picture, crashes_in_text,
};
use psod_match::signature::CrashKeys;
use serde::Serialize;

use super::doubt::Doubts;
use super::misses::Miss;
use super::score::{Score, score};
use super::screen::Screen;
use super::{Class, Draft};
use crate::cases::{Setting, case_of, settings_of};

/// Calls of the program for text recognition are ended after this time.
const RECOGNITION_TIME: Duration = Duration::from_secs(120);

/// The places of the true text and of the own reading in the rows of a class.
const TEXT: usize = 0;
const OURS: usize = 1;

/// A reading with more errors is a bad one.
const BAD: f64 = 0.05;

/// What is measured.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The font of the pictures.
    pub font: &'a Shapes,
    /// The fonts that the reader is given.
    pub known: &'a [Shapes],
    /// The program that is measured beside it.
    pub recognition: Option<&'a Path>,
    /// Other seeds give other pictures.
    pub seed: u64,
    /// How many screens, drawn by the seed; all without.
    pub count: Option<usize>,
    /// Where pictures are kept that were not read as their text.
    pub misses: Option<&'a Path>,
}

/// One way to read, over the pictures of one class.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PictureRow {
    /// The class.
    pub class: &'static str,
    /// Who read: `text` is the truth itself.
    pub by: &'static str,
    /// Pictures.
    pub pictures: usize,
    /// Pictures that were not read.
    pub not_read: usize,
    /// Pictures with more than 5 % errors.
    pub bad: usize,
    /// Errors of a character, on average over the pictures; at most 1 for each.
    pub errors: f64,
    /// Names that were read whole.
    pub whole: usize,
    /// Names.
    pub names: usize,
    /// Known crashes.
    pub known: usize,
    /// Their issue comes first.
    pub right_first: usize,
    /// A match of the right issue.
    pub sure_and_right: usize,
    /// A match of a wrong issue, of known and of unknown crashes.
    pub sure_and_wrong: usize,
    /// Seconds for a picture on average.
    pub seconds: f64,
    /// How sure the names are.
    pub doubts: Doubts,
}

/// A screen of the knowledge base.
struct Question<'a> {
    exemplar: &'a Exemplar,
    screen: Screen,
}

/// What one way of reading made of one picture.
struct Answer {
    text: String,
    crash: Option<FoundCrash>,
    seconds: f64,
    /// Who says of each character how sure it is.
    sure: Option<PictureText>,
}

/// Draws every screen of `kb` as pictures of `class`, reads and matches them.
///
/// # Errors
/// When a picture cannot be encoded or kept, or the store is damaged.
pub fn measure(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    class: (&'static str, Class),
    plan: &Plan<'_>,
) -> Result<Vec<PictureRow>> {
    let questions = questions(kb, plan);
    let mut rows: Vec<PictureRow> = ["text", "ours"].map(|by| PictureRow::new(class.0, by)).into();
    rows.extend(plan.recognition.map(|_| PictureRow::new(class.0, "recognition")));
    for question in &questions {
        let name = &question.exemplar.path;
        let (screen, shapes) = (&question.screen, plan.font);
        let picture = Draft { screen, name, shapes, class: class.1, seed: plan.seed }.draw()?;
        let names = names_of_others(kb, question.exemplar);
        let mut answers = vec![by_text(&picture.truth), ours(picture.bytes.clone(), names, plan)];
        if let Some(program) = plan.recognition {
            answers.push(by_recognition(&picture.bytes, program));
        }
        let mut judged = Vec::with_capacity(answers.len());
        for (row, answer) in rows.iter_mut().zip(&mut answers) {
            let score = score(&picture.truth, &answer.text);
            row.add(&score, answer);
            answer.sure.iter().for_each(|text| row.doubts.add(&picture.truth, text));
            let verdict = judge(kb, matcher, question.exemplar, answer.crash.take())?;
            row.add_verdict(verdict);
            judged.push((verdict, score.errors));
        }
        if let Some(directory) = plan.misses
            && judged[OURS] != judged[TEXT]
        {
            let miss = Miss {
                class: class.0,
                crash: name,
                is_other_answer: judged[OURS].0 != judged[TEXT].0,
                picture: &picture,
                read: answers[OURS].sure.as_ref(),
            };
            miss.keep(directory)?;
        }
    }
    rows.iter_mut().for_each(PictureRow::finish);
    Ok(rows)
}

fn questions<'a>(kb: &'a KnowledgeBase, plan: &Plan<'_>) -> Vec<Question<'a>> {
    let mut questions: Vec<Question<'_>> = kb.exemplars.values().filter_map(question).collect();
    fastrand::Rng::with_seed(plan.seed).shuffle(&mut questions);
    questions.truncate(plan.count.unwrap_or(usize::MAX));
    questions
}

fn question(exemplar: &Exemplar) -> Option<Question<'_>> {
    let screen = Screen::of(&format!("\n\n{}", exemplar.text.trim_start_matches('\n')))?;
    Some(Question { exemplar, screen })
}

/// The words of all other crash texts: a crash is never read by what its own text has taught.
fn names_of_others(kb: &KnowledgeBase, own: &Exemplar) -> Vec<String> {
    let others =
        kb.exemplars.values().filter(|other| other.issue() != own.issue() || own.issue().is_none());
    let others = others.filter(|other| other.path != own.path);
    let mut names: Vec<String> = others
        .flat_map(|other| crashes_in_text(&other.text))
        .flat_map(|found| found.crash.backtrace)
        .flat_map(|frame| [frame.function, frame.module])
        .flatten()
        .collect();
    names.sort();
    names.dedup();
    names
}

fn by_text(truth: &str) -> Answer {
    Answer { text: truth.to_owned(), crash: first_crash(truth), seconds: 0.0, sure: None }
}

fn first_crash(text: &str) -> Option<FoundCrash> {
    crashes_in_text(text).into_iter().next()
}

fn ours(file: Vec<u8>, names: Vec<String>, plan: &Plan<'_>) -> Answer {
    let mut known = plan.known.to_vec();
    known.retain(|shapes| shapes.name != shelf::SHIPPED_NAME);
    let reader =
        PictureReader::new(Box::new(move || known.clone()), Box::new(move || names.clone()));
    let start = Instant::now();
    let read = crashes_in_picture(file, &reader, &Limits::default());
    let seconds = start.elapsed().as_secs_f64();
    let Ok((text, crashes)) = read else {
        return Answer { text: String::new(), crash: None, seconds, sure: None };
    };
    let sure = Some(text);
    let lines = sure.iter().flat_map(|text| &text.lines);
    let text = lines.map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    Answer { text, crash: crashes.into_iter().next(), seconds, sure }
}

fn by_recognition(file: &[u8], program: &Path) -> Answer {
    let start = Instant::now();
    let loaded = load(file, Limits::default().picture_pixels);
    let text =
        loaded.ok().and_then(|loaded| recognised(&loaded.pixels, program, RECOGNITION_TIME).ok());
    let text = text.unwrap_or_default();
    Answer { crash: first_crash(&text), seconds: start.elapsed().as_secs_f64(), text, sure: None }
}

/// What the matcher makes of one crash: as in [`PictureRow`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Verdict {
    known: usize,
    right_first: usize,
    sure_and_right: usize,
    sure_and_wrong: usize,
}

/// Asks the matcher every question that the crash answers.
fn judge(
    kb: &KnowledgeBase,
    matcher: &Matcher,
    exemplar: &Exemplar,
    crash: Option<FoundCrash>,
) -> Result<Verdict> {
    let keys: Option<CrashKeys> = crash.map(|crash| prepare(crash, matcher).keys);
    let least = matcher.calibration().match_threshold;
    let mut verdict = Verdict::default();
    for (setting, exclude) in settings_of(kb, exemplar) {
        if setting == Setting::LeftOut {
            continue;
        }
        let found = match &keys {
            Some(keys) => matcher.matches(keys, &exclude)?,
            None => Vec::new(),
        };
        let case = case_of(exemplar, setting, &found);
        let (right, sure) = (case.rank == Some(1), case.confidence >= least);
        if setting == Setting::Own {
            verdict.known += 1;
            verdict.right_first += usize::from(right);
            verdict.sure_and_right += usize::from(right && sure);
            verdict.sure_and_wrong += usize::from(!right && sure);
        } else {
            verdict.sure_and_wrong += usize::from(sure);
        }
    }
    Ok(verdict)
}

impl PictureRow {
    fn new(class: &'static str, by: &'static str) -> Self {
        Self { class, by, ..Self::default() }
    }

    fn add(&mut self, score: &Score, answer: &Answer) {
        self.pictures += 1;
        self.not_read += usize::from(answer.text.trim().is_empty());
        self.bad += usize::from(score.rate() > BAD);
        self.errors += score.rate().min(1.0);
        self.whole += score.whole;
        self.names += score.names;
        self.seconds += answer.seconds;
    }

    fn add_verdict(&mut self, verdict: Verdict) {
        self.known += verdict.known;
        self.right_first += verdict.right_first;
        self.sure_and_right += verdict.sure_and_right;
        self.sure_and_wrong += verdict.sure_and_wrong;
    }

    fn finish(&mut self) {
        let pictures = self.pictures.max(1) as f64;
        self.errors /= pictures;
        self.seconds /= pictures;
    }
}
