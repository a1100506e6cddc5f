//! `psod-match kb affects BUILD`: which known issues a build has.

use psod_match::crash::Release;
use psod_match::kb::Releases;
use psod_match::matching::{HostRelease, affects, asked_release};
use psod_match::message::Catalog;
use psod_match::report::affected_report;

use super::{Ending, Session};

/// Prints the known issues of the build that `text` names.
pub fn run(text: &str, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let catalog = session.catalog;
    let compiled = session.compiled()?;
    let releases = compiled.store.releases()?;
    let release = release_called(text, &releases, catalog)?;
    let host = HostRelease::new(Some(&release), &releases);
    let found = affects(&compiled.store, host, &releases, session.common.drafts)?;
    session.print(&affected_report(found, &compiled.digest, catalog))?;
    Ok(Ending::Good)
}

/// The release that `text` names, in any of the ways that people name one.
pub fn release_called(
    text: &str,
    releases: &Releases,
    catalog: &Catalog,
) -> anyhow::Result<Release> {
    asked_release(text, releases)
        .ok_or_else(|| anyhow::anyhow!(catalog.text("affects-error", &[("value", text)])))
}
