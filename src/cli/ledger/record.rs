//! `psod-match record`: keeps each crash of some files in the ledger.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use psod_match::curate::remembered;
use psod_match::diagnose::{Knowledge, Subject, diagnose, prepare};
use psod_match::ledger::{Ledger, LedgerAnswer, NewCrash, Recorded, redacted};
use psod_match::read::FoundCrash;
use psod_match::report::{RecordReport, Source};
use psod_match::text::{Class, Redactor, SiteSecret};

use super::super::inputs::{Answer, answer_in_turn};
use super::super::knowledge::Asked;
use super::super::output::render;
use super::super::recognise::{given_host, subject};
use super::super::{Ending, Session, site_secret};
use super::arguments::RecordArguments;
use super::{ledger_path, now};

/// Records every crash of the files of `arguments`; each change is on the disk before it is printed.
pub fn run(arguments: &RecordArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let (knowledge, catalog, format) =
        (session.knowledge()?, session.catalog, session.output.format);
    let host = given_host(&arguments.given, knowledge, catalog)?;
    let secret = if arguments.no_redact { None } else { Some(site_secret()?) };
    let public = match secret {
        Some(_) => knowledge.ask(|knowledge| Ok(knowledge.matcher().words()?))?,
        None => BTreeSet::new(),
    };
    let site = secret.as_ref().map(|secret| Site { secret, public: &public });
    let ledger = Mutex::new(Ledger::open(&ledger_path(&arguments.place)?)?);
    let number = knowledge.ask(|knowledge| Ok(remembered(&mut locked(&ledger), knowledge)?))?;
    let (detail, recorded_at) = (session.detail(), now());
    answer_in_turn(&arguments.files, session, &|found, source| {
        let subject = subject(found, &host, source, knowledge);
        let line = subject.line;
        let mut new = new_crash(subject, arguments, source, site, &recorded_at, knowledge)?;
        new.knowledge = number;
        let recorded = locked(&ledger).record(&new)?;
        let is_known = matches!(recorded, Recorded::Known(_));
        let report = RecordReport::new(recorded.id(), is_known, &new, source, line);
        Ok(Answer::line(render(&report, format, catalog, detail)?, Ending::Good))
    })
}

fn locked(ledger: &Mutex<Ledger>) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the names of a site are replaced by, and the words that are none of them.
#[derive(Clone, Copy)]
struct Site<'a> {
    secret: &'a SiteSecret,
    public: &'a BTreeSet<String>,
}

/// The crash as it is kept: without the names of the site, and with its answer.
fn new_crash(
    subject: Subject,
    arguments: &RecordArguments,
    source: Source<'_>,
    site: Option<Site<'_>>,
    recorded: &str,
    knowledge: &Asked<Knowledge>,
) -> anyhow::Result<NewCrash> {
    let given = arguments.seen.map(|day| day.to_string());
    let seen = subject.crash.day().or(given);
    let secret = site.map(|site| site.secret);
    let subject = match site {
        Some(Site { secret, public }) => {
            let found = FoundCrash::from(redacted(&subject.crash, secret, public)?);
            prepare(found, knowledge.opened())
        }
        None => subject,
    };
    // The kept form is asked about, so that a rematch without a change of knowledge changes nothing.
    let diagnosis = knowledge.ask(|knowledge| Ok(diagnose(&subject, knowledge)?))?;
    let host = arguments.host.as_ref();
    Ok(NewCrash {
        answers: vec![LedgerAnswer::new(&diagnosis, recorded)],
        subject,
        redacted: secret.is_some(),
        host: host.map(|host| secret.map_or(host.clone(), |s| s.pseudonym(Class::Host, host))),
        seen,
        recorded: recorded.to_owned(),
        source: source_name(source, secret),
        case: arguments.case.clone(),
        knowledge: None,
    })
}

/// The name of the file, which tells a person where it came from; directories name sites and people.
fn source_name(source: Source<'_>, secret: Option<&SiteSecret>) -> String {
    let mut name = file_name(source.path).unwrap_or_else(|| "-".to_owned());
    if let Some(member) = source.member.and_then(|member| file_name(Path::new(member))) {
        name = format!("{name}: {member}");
    }
    secret.map_or(name.clone(), |secret| Redactor::new(secret).redact(&name))
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}
