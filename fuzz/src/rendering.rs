//! A crash to its pages: in every format and language nothing is printed raw that came out of it.

use std::path::Path;

use psod_match::diagnose::{Handbook, Knowledge, diagnose_against, diagnose_at_least, prepare};
use psod_match::message::{Catalog, Language};
use psod_match::read::crashes_in_text;
use psod_match::report::{
    CrashReport, DEFAULT_WIDTH, Detail, Explanation, Printed, Reading, Request, Source, WhyReport,
};
use psod_match::text::SiteSecret;
use serde::Serialize;

use super::escaped::{check_html, check_json, check_markdown, check_terminal};

/// An issue that every crash is held against.
const ISSUE: &str = "KB318512";
/// Crashes of one text that are rendered: each costs eight pages in two languages.
const CRASHES: usize = 3;

/// Checks the pages of every crash in `data`. The name of the input is hostile, too.
pub fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let name: String = text.chars().rev().take(20).collect();
    for found in crashes_in_text(&text).into_iter().take(CRASHES) {
        let knowledge = Knowledge::shipped().expect("the shipped knowledge base");
        let subject = prepare(found, knowledge);
        let source = Source::new(Path::new(&name), Some(&name));
        let diagnosis = diagnose_at_least(&subject, knowledge, 3).expect("a diagnosis");
        let against = diagnose_against(&subject, ISSUE, knowledge).expect("a diagnosis");
        let against = against.expect("an issue of the shipped knowledge base");
        let sections = handbook(|handbook| handbook.explain(&subject).expect("an explanation"));
        for language in [Language::English, Language::Japanese] {
            let catalog = Catalog::of(language);
            let report = CrashReport::new(&subject, &diagnosis, source, catalog);
            let screen = &subject.crash.screen;
            check_pages(
                &Request::new(&report, screen, Some(&SiteSecret::known([7; 32])), catalog),
                catalog,
            );
            check_pages(&Request::new(&report, screen, None, catalog), catalog);
            check_pages(&report, catalog);
            check_pages(&Reading::new(&subject, source, catalog), catalog);
            check_pages(&Explanation::new(&subject, &sections, source, catalog), catalog);
            check_pages(&WhyReport::new(&subject, &against, source, catalog), catalog);
        }
    }
}

/// Hands the tables of the shipped knowledge base to `action`.
fn handbook<T>(action: impl FnOnce(&Handbook) -> T) -> T {
    use psod_match::compile;
    use psod_match::kb::KbSource;
    thread_local! {
        static HANDBOOK: Handbook = {
            let compiled = compile::open(&[KbSource::Shipped], None).expect("compiled");
            Handbook::new(compiled.store).expect("the tables")
        };
    }
    HANDBOOK.with(action)
}

/// Checks `view` in every format.
pub fn check_pages(view: &(impl Printed + Serialize), catalog: &Catalog) {
    for detail in [Detail::Short, Detail::Full, Detail::Why] {
        check_terminal(&view.text(catalog, detail, DEFAULT_WIDTH));
        check_markdown(&view.markdown(catalog, detail));
    }
    if let Some(page) = view.html(catalog) {
        check_html(&page);
    }
    check_json(&serde_json::to_string(view).expect("JSON"));
}
