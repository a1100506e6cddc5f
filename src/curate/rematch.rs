//! Asking again about recorded crashes, after the knowledge base has changed.
//!
//! The ledger remembers the issues of the knowledge bases that gave its answers. A crash that shows no
//! trace of an issue that is another one now ([`Traces`]) has the same answer; of the others each class is
//! asked about once ([`Classes`]).

use std::collections::{BTreeMap, BTreeSet};

use super::classes::{Answered, Asking, wanted_by_texts};
use crate::diagnose::{Knowledge, Subject, diagnose, prepare};
use crate::error::{Error, Result};
use crate::kb::Issue;
use crate::ledger::{
    Change, Chooser, Circumstance, Ledger, LedgerAnswer, RememberedIssue, RememberedKnowledge,
    Standing, Wanted,
};
use crate::matching::{Classes, Traces, tables_of};
use crate::read::FoundCrash;
use crate::store::KnownIssue;

/// Groups of crashes whose answers come to the disk together.
const BATCH: usize = 256;
/// The version that answers are told apart by.
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// How the recorded crashes are asked about again.
#[derive(Clone, Copy)]
pub struct Rematch<'a> {
    /// What is asked.
    pub knowledge: &'a Knowledge,
    /// When, UTC.
    pub asked: &'a str,
    /// True to ask about every crash, whatever has changed.
    pub thorough: bool,
}

/// What asking again has brought.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Rematched {
    /// The answers that are others than before, by the numbers of the crashes.
    pub changes: Vec<Change>,
    /// Crashes that were asked about.
    pub asked: usize,
    /// Crashes that no changed issue can touch.
    pub passed_over: usize,
}

/// Remembers a knowledge base in a ledger; returns its number, which crashes are recorded with. `None`
/// where names of functions come from elsewhere, too: nobody can tell later what these were.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be written, [`Error::Store`] when the store is damaged.
pub fn remembered(ledger: &mut Ledger, knowledge: &Knowledge) -> Result<Option<i64>> {
    if knowledge.has_symbols() {
        return Ok(None);
    }
    let (matcher, kb, manner) = (knowledge.matcher(), knowledge.digest(), manner_of(knowledge));
    if let Some(number) = ledger.remembered(kb, TOOL, manner)? {
        return Ok(Some(number));
    }
    let mut new = RememberedKnowledge::default();
    (new.kb, new.tool, new.manner) = (kb.to_owned(), TOOL.to_owned(), manner.to_owned());
    new.tables = tables_of(matcher)?;
    for (id, _) in matcher.store().issues() {
        let document = document_of(knowledge, id)?.unwrap_or_default();
        new.issues.push(RememberedIssue { id: id.to_owned(), document });
    }
    ledger.remember(&new).map(Some)
}

/// How a knowledge base is asked.
fn manner_of(knowledge: &Knowledge) -> &'static str {
    if knowledge.matcher().drafts() { "drafts" } else { "plain" }
}

/// All of an issue that an answer may depend on; `None` for one that is not known.
fn document_of(knowledge: &Knowledge, id: &str) -> Result<Option<String>> {
    let Some(known) = knowledge.issue(id)? else { return Ok(None) };
    let KnownIssue { issue, decisive, exemplars } = known.as_ref();
    let issue = Issue {
        id: issue.id.clone(),
        status: issue.status,
        affected: issue.affected.clone(),
        fix: issue.fix.clone(),
        signatures: issue.signatures.clone(),
        ..Issue::default()
    };
    let (decisive, exemplars) = (decisive.clone(), exemplars.clone());
    let document = serde_json::to_string(&KnownIssue { issue, decisive, exemplars });
    document.map(Some).map_err(|error| Error::Stored(error.to_string()))
}

/// What has to be asked about.
struct Plan {
    /// By the knowledge that gave the last answer.
    standing: BTreeMap<Option<i64>, Standing>,
    traces: Traces,
}

impl Rematch<'_> {
    /// Asks about the crashes that may have another answer now, and keeps those that are others than
    /// before.
    ///
    /// # Errors
    /// [`Error::Ledger`] when the ledger cannot be read or written, [`Error::Stored`] for crashes that
    /// cannot be read, and [`Error::Store`] when the knowledge base is damaged; the answers about other
    /// crashes are kept.
    pub fn run(self, ledger: &mut Ledger) -> Result<Rematched> {
        let number = remembered(ledger, self.knowledge)?;
        let plan = self.plan(ledger, number)?;
        let mut begun = ledger.begin_rematch(number)?;
        let answered = self.ask(ledger, &plan)?;
        let mut found = Rematched { passed_over: answered.passed_over, ..Rematched::default() };
        for groups in answered.groups.chunks(BATCH) {
            let answers = groups
                .iter()
                .filter_map(|(ids, place)| Some((ids.as_slice(), &answered.answers[(*place)?])));
            let answers: Vec<(&[i64], &LedgerAnswer)> = answers.collect();
            found.asked += answers.iter().map(|(ids, _)| ids.len()).sum::<usize>();
            found.changes.extend(ledger.keep_answers(&mut begun, &answers)?);
        }
        if let Some(damage) = answered.damage {
            return Err(damage);
        }
        ledger.end_rematch(&begun)?;
        found.changes.sort_by_key(|change| change.crash);
        Ok(found)
    }

    fn ask(self, ledger: &Ledger, plan: &Plan) -> Result<Answered<LedgerAnswer>> {
        let (knowledge, traces) = (self.knowledge, &plan.traces);
        let classes = Classes::new(&[knowledge.matcher()])?;
        let is_chosen = plan.standing.values().all(|standing| *standing != Standing::Unknown);
        let calibration = knowledge.matcher().calibration();
        let chooser = Chooser {
            knowledge: &|number| plan.standing.get(&number).copied().unwrap_or(Standing::Unknown),
            function: &|function| traces.has_function(function),
            circumstance: &|circumstance| wanted(traces, circumstance, knowledge),
            message: if traces.have_texts() {
                Some(&|kind, message: &str| traces.has_message(kind, message))
            } else {
                None
            },
        };
        let asking = Asking {
            may_matter: &|text| traces.may_be_in(text),
            subject: &|crash| {
                let subject = prepare(FoundCrash::from(crash), knowledge);
                let is_touched = !is_chosen || traces.are_in(&subject.keys, calibration);
                is_touched.then(|| (classes.of(&subject.keys), subject))
            },
            answer: &|subject: &Subject| {
                Ok(LedgerAnswer::new(&diagnose(subject, knowledge)?, self.asked))
            },
        };
        asking.ask(ledger, &chooser)
    }

    fn plan(self, ledger: &Ledger, number: Option<i64>) -> Result<Plan> {
        let mut comparison = Comparison {
            rematch: self,
            number,
            tables: tables_of(self.knowledge.matcher())?,
            traces: Traces::of_every_answer(),
            added: BTreeSet::new(),
        };
        let mut standings = BTreeMap::new();
        for (of, former) in ledger.knowledge_in_use()? {
            standings.insert(of, comparison.standing_of(of, &former)?);
        }
        // Whatever a crash was recorded or asked with: its last answer may be of one that was not done.
        for (of, former) in ledger.knowledge_begun()? {
            let least = comparison.standing_of(of, &former)?;
            for standing in standings.values_mut() {
                *standing = match (*standing, least) {
                    (Standing::Unknown, _) | (_, Standing::Unknown) => Standing::Unknown,
                    (Standing::Holds, Standing::Holds) => Standing::Holds,
                    _ => Standing::Chosen,
                };
            }
        }
        Ok(Plan { standing: standings, traces: comparison.traces })
    }
}

/// Compares the knowledge that is asked with those that gave the last answers.
struct Comparison<'a> {
    rematch: Rematch<'a>,
    /// Number of the knowledge that is asked, where it is remembered.
    number: Option<i64>,
    /// The name of its tables.
    tables: Vec<u8>,
    /// The traces of what has changed.
    traces: Traces,
    /// The issues whose traces are there, each with its document as it was, or with an empty one as it is.
    added: BTreeSet<(String, String)>,
}

impl Comparison<'_> {
    /// What the last answers are worth that the knowledge of the number `of` gave.
    fn standing_of(&mut self, of: Option<i64>, former: &RememberedKnowledge) -> Result<Standing> {
        let Rematch { knowledge, thorough, .. } = self.rematch;
        let is_comparable = of.is_some() && self.number.is_some() && former.tool == TOOL;
        if thorough || !is_comparable || former.tables != self.tables {
            return Ok(Standing::Unknown);
        }
        // The same files asked in another manner have the same issues, and may have other answers.
        let is_same = of == self.number;
        if !is_same && former.manner != manner_of(knowledge) {
            return Ok(Standing::Unknown);
        }
        let has_changed = !is_same && self.add_changes(former)?;
        Ok(if has_changed { Standing::Chosen } else { Standing::Holds })
    }

    /// Adds the traces of the issues that are others than they were, as they were and as they are; false
    /// where none is.
    fn add_changes(&mut self, former: &RememberedKnowledge) -> Result<bool> {
        let Rematch { knowledge, .. } = self.rematch;
        let matcher = knowledge.matcher();
        let former = former.issues.iter().map(|issue| (issue.id.as_str(), issue.document.as_str()));
        let former: BTreeMap<&str, &str> = former.collect();
        let mut ids: BTreeSet<String> = former.keys().map(|id| (*id).to_owned()).collect();
        ids.extend(matcher.store().issues().map(|(id, _)| id.to_owned()));
        let mut has_changed = false;
        for id in ids {
            let present = document_of(knowledge, &id)?;
            let was = former.get(id.as_str()).copied();
            if was == present.as_deref() {
                continue;
            }
            has_changed = true;
            let was = was.unwrap_or_default();
            if !was.is_empty() && self.added.insert((id.clone(), was.to_owned())) {
                let known: KnownIssue = serde_json::from_str(was)
                    .map_err(|error| Error::Stored(format!("{id} as it was: {error}")))?;
                self.traces.add_former(&known, matcher);
            }
            if self.added.insert((id.clone(), String::new())) {
                self.traces.add(&id, matcher)?;
            }
        }
        Ok(has_changed)
    }
}

/// Which crashes may have another answer, by what their circumstances say.
fn wanted(traces: &Traces, circumstance: &Circumstance, knowledge: &Knowledge) -> Wanted {
    let calibration = knowledge.matcher().calibration();
    let by_texts = wanted_by_texts(traces, circumstance);
    let may_show = by_texts != Wanted::Yes
        && circumstance
            .shows
            .is_some_and(|shows| traces.may_show(&circumstance.keys, shows, calibration));
    if may_show { Wanted::Yes } else { by_texts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::crash::Crash;
    use crate::curate::edits::{Chance, edit, small_kb};
    use crate::kb::KnowledgeBase;
    use crate::ledger::{NewCrash, Query};
    use crate::matching::CrashClass;
    use crate::read::crashes_in_text;

    const EDITS: usize = 50;

    fn knowledge(kb: &KnowledgeBase, drafts: bool) -> Knowledge {
        Knowledge::new(compile(kb).expect("compiled"), drafts).expect("a knowledge base")
    }

    fn answer_to(crash: Crash, knowledge: &Knowledge) -> LedgerAnswer {
        let subject = prepare(FoundCrash::from(crash), knowledge);
        LedgerAnswer::new(&diagnose(&subject, knowledge).expect("a diagnosis"), "then")
    }

    /// Records crash texts, and each one with lines left out.
    fn record(ledger: &mut Ledger, kb: &KnowledgeBase, asked: &Knowledge, chance: &mut Chance) {
        let number = remembered(ledger, asked).expect("remembered");
        for exemplar in kb.exemplars.values() {
            if chance.below(2) == 0 {
                continue;
            }
            let lines: Vec<&str> = exemplar.text.lines().filter(|_| chance.below(4) > 0).collect();
            for text in [exemplar.text.clone(), lines.join("\n")] {
                let Some(found) = crashes_in_text(&text).into_iter().next() else { continue };
                let subject = prepare(FoundCrash::from(found.crash.clone()), asked);
                let answers = vec![answer_to(found.crash, asked)];
                let new =
                    NewCrash { subject, answers, knowledge: number, ..NewCrash::of_text(&text) };
                ledger.record(&new).expect("recorded");
            }
        }
    }

    /// Checks that the last answer about every crash is what asking about it brings.
    #[track_caller]
    fn check_answers(ledger: &Ledger, knowledge: &Knowledge, what: &str) -> usize {
        let rows = ledger.list(&Query::default(), usize::MAX).expect("listed").0;
        for row in &rows {
            let crash = ledger.crash(row.id).expect("read").expect("a crash").crash;
            let expected = answer_to(crash, knowledge);
            let found = row.answer.as_ref().expect("an answer");
            assert!(found.says_the_same(&expected), "{what}: {row:?}, expected {expected:?}");
        }
        rows.len()
    }

    fn rematch(ledger: &mut Ledger, knowledge: &Knowledge) -> Rematched {
        Rematch { knowledge, asked: "now", thorough: false }.run(ledger).expect("asked again")
    }

    #[test]
    fn asking_what_may_have_changed_brings_what_asking_about_every_crash_does() {
        let mut chance = Chance(2);
        let directory = tempfile::tempdir().expect("a directory");
        let (mut changes, mut passed_over) = (0, 0);
        let mut kb = small_kb(&mut chance);
        let base = kb.clone();
        let path = directory.path().join("crashes.ledger");
        let mut ledger = Ledger::open(&path).expect("a ledger");
        record(&mut ledger, &base, &knowledge(&kb, false), &mut chance);
        for round in 0..EDITS {
            if round % 10 == 9 {
                kb = base.clone();
            }
            let mut what = edit(&mut kb, &mut chance);
            if chance.below(2) == 0 {
                what = format!("{what}; {}", edit(&mut kb, &mut chance));
            }
            let changed = knowledge(&kb, chance.below(8) == 0);
            if chance.below(4) == 0 {
                record(&mut ledger, &base, &changed, &mut chance);
            }
            if chance.below(4) == 0 {
                // Somebody has begun, and was stopped when some answers were kept.
                stop_halfway(&mut ledger, &changed);
                continue;
            }
            let found = rematch(&mut ledger, &changed);
            let all = check_answers(&ledger, &changed, &what);
            assert_eq!(found.asked + found.passed_over, all, "{what}");
            changes += found.changes.len();
            passed_over += found.passed_over;
            let again = rematch(&mut ledger, &changed);
            assert_eq!((again.asked, again.changes.len()), (0, 0), "{what}");
        }
        assert!(changes > EDITS && passed_over > 20 * EDITS, "{changes}, {passed_over}");
    }

    /// Keeps the answers about every second crash, and does not end.
    fn stop_halfway(ledger: &mut Ledger, knowledge: &Knowledge) {
        let number = remembered(ledger, knowledge).expect("remembered");
        let mut begun = ledger.begin_rematch(number).expect("begun");
        let rows = ledger.list(&Query::default(), usize::MAX).expect("listed").0;
        for row in rows.iter().step_by(2) {
            let crash = ledger.crash(row.id).expect("read").expect("a crash").crash;
            let answer = answer_to(crash, knowledge);
            ledger.keep_answers(&mut begun, &[(&[row.id], &answer)]).expect("kept");
        }
    }

    #[test]
    fn answers_from_elsewhere_are_asked_about_again() {
        let mut chance = Chance(3);
        let directory = tempfile::tempdir().expect("a directory");
        let kb = small_kb(&mut chance);
        let present = knowledge(&kb, false);
        let [mut own, mut other] = ["own", "other"]
            .map(|name| Ledger::open(&directory.path().join(name)).expect("a ledger"));
        record(&mut own, &kb, &present, &mut Chance(7));
        record(&mut other, &kb, &present, &mut Chance(7));
        rematch(&mut own, &present);
        // The other team knows nothing, and says so.
        let mut empty = kb.clone();
        empty.issues.clear();
        empty.exemplars.clear();
        rematch(&mut other, &knowledge(&empty, false));
        let mut exported = Vec::new();
        other.export(&mut exported).expect("exported");
        own.import(&mut exported.as_slice(), (&present).into()).expect("imported");
        let found = rematch(&mut own, &present);
        assert!(!found.changes.is_empty());
        check_answers(&own, &present, "imported");
    }

    #[test]
    fn crashes_of_one_class_have_one_answer() {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let classes = Classes::new(&[knowledge.matcher()]).expect("classes");
        let mut answers: BTreeMap<CrashClass, (String, LedgerAnswer)> = BTreeMap::new();
        let (mut texts, mut shared) = (Vec::new(), 0);
        for directory in ["kb/crashes", "kb/near", "kb/unknown"] {
            for entry in std::fs::read_dir(directory).expect("a directory") {
                texts.extend(std::fs::read_to_string(entry.expect("an entry").path()));
            }
        }
        for text in texts {
            for digit in ["5", "7"] {
                // The same crash at other addresses.
                let text = text.replace("0x4180", &format!("0x41{digit}0"));
                let text = text.replace("0x4200", &format!("0x42{digit}0"));
                for found in crashes_in_text(&text) {
                    let subject = prepare(FoundCrash::from(found.crash.clone()), knowledge);
                    let answer = answer_to(found.crash, knowledge);
                    let class = classes.of(&subject.keys);
                    if let Some((other, known)) = answers.get(&class) {
                        assert!(known.says_the_same(&answer), "{other}\n{text}");
                        assert_eq!(known.confidence, answer.confidence, "{other}\n{text}");
                        shared += 1;
                    }
                    answers.insert(class, (text.clone(), answer));
                }
            }
        }
        assert!(shared > 20, "{shared}");
    }
}
