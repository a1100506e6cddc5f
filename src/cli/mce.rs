//! `psod-match mce STATUS`: the meaning of a machine-check status.

use psod_match::machine_check::{Processor, Registers, decode};
use psod_match::message::Catalog;
use psod_match::text::Masked;

use super::args::{MceArguments, VendorName};
use super::{Ending, Session};

/// Decodes one status and prints its meaning.
pub fn run(arguments: &MceArguments, session: &mut Session<'_>) -> anyhow::Result<Ending> {
    let catalog = session.catalog;
    let value = arguments.status.as_str();
    let status = Masked::parse(value)
        .ok_or_else(|| anyhow::anyhow!(catalog.text("mce-error-status", &[("value", value)])))?;
    let decoded = decode(&Registers {
        processor: processor(arguments, catalog)?,
        bank: arguments.bank,
        status,
        address: number("--addr", arguments.addr.as_deref(), catalog)?,
        misc: number("--misc", arguments.misc.as_deref(), catalog)?,
        global: number("--mcg", arguments.mcg.as_deref(), catalog)?,
        ipid: number("--ipid", arguments.ipid.as_deref(), catalog)?,
        ..Registers::default()
    });
    session.print(&decoded)?;
    Ok(Ending::Good)
}

/// Takes the processor from the arguments: `--vendor` is stronger than the family.
fn processor(arguments: &MceArguments, catalog: &Catalog) -> anyhow::Result<Processor> {
    let mut processor = match arguments.fms.as_deref() {
        Some(fms) => Processor::from_fms(fms)
            .ok_or_else(|| anyhow::anyhow!(catalog.text("mce-error-fms", &[("value", fms)])))?,
        None => Processor::default(),
    };
    processor.vendor = arguments.vendor.map(VendorName::vendor).or(processor.vendor);
    Ok(processor)
}

/// Reads the value of an option: a number in which every digit is known.
fn number(option: &str, value: Option<&str>, catalog: &Catalog) -> anyhow::Result<Option<u64>> {
    let Some(value) = value else {
        return Ok(None);
    };
    match Masked::parse(value).filter(|number| number.known == u64::MAX) {
        Some(number) => Ok(Some(number.value)),
        None => {
            let values = [("option", option), ("value", value)];
            anyhow::bail!(catalog.text("mce-error-number", &values))
        }
    }
}
