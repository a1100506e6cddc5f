//! `psod-match mce STATUS`: what a machine-check status means.

use psod_match::machine_check::{Processor, Registers, decode};
use psod_match::message::Catalog;
use psod_match::text::Masked;

use super::Status;
use super::args::{Format, MceArguments, VendorName};
use super::output::Output;

/// Decodes one status and prints what it says.
pub fn run(
    arguments: &MceArguments,
    catalog: &Catalog,
    output: &mut Output,
) -> anyhow::Result<Status> {
    let value = arguments.status.as_str();
    let status = Masked::parse(value)
        .ok_or_else(|| anyhow::anyhow!(catalog.text("mce-error-status", &[("value", value)])))?;
    let number = |option: &'static str, value: &Option<String>| {
        value.as_deref().map(|value| number(option, value, catalog)).transpose()
    };
    let decoded = decode(&Registers {
        processor: processor(arguments, catalog)?,
        bank: arguments.bank,
        status,
        address: number("--addr", &arguments.addr)?,
        misc: number("--misc", &arguments.misc)?,
        global: number("--mcg", &arguments.mcg)?,
        ipid: number("--ipid", &arguments.ipid)?,
        ..Registers::default()
    });
    match output.format {
        Format::Json => output.json(&decoded)?,
        _ => output.page(&decoded, catalog, false)?,
    }
    Ok(Status::Good)
}

/// The processor as given: `--vendor` is stronger than the family.
fn processor(arguments: &MceArguments, catalog: &Catalog) -> anyhow::Result<Processor> {
    let mut processor = match arguments.fms.as_deref() {
        Some(fms) => Processor::from_fms(fms)
            .ok_or_else(|| anyhow::anyhow!(catalog.text("mce-error-fms", &[("value", fms)])))?,
        None => Processor::default(),
    };
    processor.vendor = arguments.vendor.map(VendorName::vendor).or(processor.vendor);
    Ok(processor)
}

/// A number of which every digit is known.
fn number(option: &str, value: &str, catalog: &Catalog) -> anyhow::Result<u64> {
    let number = Masked::parse(value).filter(|number| number.known == u64::MAX);
    let values = [("option", option), ("value", value)];
    number
        .map(|number| number.value)
        .ok_or_else(|| anyhow::anyhow!(catalog.text("mce-error-number", &values)))
}
