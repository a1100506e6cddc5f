//! Crashes to their answer by the shipped knowledge base: the same each time, sure by 0 to 1, and with
//! frames that the crash has.

use psod_match::diagnose::{Knowledge, Stored, Subject, diagnose, prepare, recognise};
use psod_match::matching::Verdict;
use psod_match::read::crashes_in_text;
use psod_match::{Diagnosis, Error};

/// Checks the answers to every crash in `data`.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
    let found = crashes_in_text(&text);
    let subjects: Vec<Subject> = found.into_iter().map(|crash| prepare(crash, knowledge)).collect();
    let answers: Result<Vec<Diagnosis>, Error> =
        subjects.iter().map(|subject| diagnose(subject, knowledge)).collect();
    let answers = answers.expect("an answer to every crash");
    assert_eq!(answers, recognise(&text).expect("answers"), "the second answer differs");
    for (subject, diagnosis) in subjects.iter().zip(&answers) {
        check_answer(subject, diagnosis);
        let stored = Stored::new(subject.crash.clone(), Some(diagnosis.clone()));
        let json = stored.to_json().expect("a record");
        assert_eq!(Stored::from_json(&json).expect("the record again"), stored);
    }
}

fn check_answer(subject: &Subject, diagnosis: &Diagnosis) {
    assert!(diagnosis.verdict != Verdict::Match || !diagnosis.matches.is_empty());
    let lengths = subject.crash.other_backtraces.iter().map(|other| other.frames.len());
    let longest = lengths.chain([subject.crash.backtrace.len()]).max().unwrap_or(0);
    for found in &diagnosis.matches {
        assert!((0.0..=1.0).contains(&found.confidence), "{} {}", found.issue, found.confidence);
        for step in &found.alignment {
            assert!(step.crash < longest, "{step:?} of {longest} frames");
            assert!(step.signature < found.frames.len(), "{step:?} of {:?}", found.frames);
            assert!((0.0..=1.0).contains(&step.similarity), "{step:?}");
        }
    }
    for pair in diagnosis.matches.windows(2) {
        assert!(pair[0].confidence >= pair[1].confidence, "the best match is first");
    }
}
