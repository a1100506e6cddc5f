//! `psod-match kb affects BUILD`: which known issues a build has.

use psod_match::matching::{HostRelease, affects, asked_release};
use psod_match::report::{Printed, affected_report};

use super::args::{Common, Format};
use super::output::Output;
use super::{Ending, compiled};

/// Prints the known issues of the build that `text` names.
pub fn run(text: &str, common: &Common, output: &mut Output) -> anyhow::Result<Ending> {
    let catalog = common.catalog();
    let compiled = compiled(common)?;
    let releases = compiled.store.releases()?;
    let release = asked_release(text, &releases)
        .ok_or_else(|| anyhow::anyhow!(catalog.text("affects-error", &[("value", text)])))?;
    let host = HostRelease::new(Some(&release), &releases);
    let found = affects(&compiled.store, host, &releases, common.drafts)?;
    let report = affected_report(found, &compiled.digest, catalog);
    match output.format {
        Format::Text | Format::Html => output.text(&report.text(catalog, false))?,
        Format::Markdown => output.raw(report.markdown(catalog, false).as_bytes())?,
        Format::Json => output.json(&report)?,
    }
    Ok(Ending::Good)
}
