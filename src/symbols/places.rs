//! The place in the source of every frame of a crash.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::apply::{all_frames, modules_of};
use super::bases::only_holding;
use super::directory::Symbols;
use super::lines::{LineTable, SourcePlace};
use super::lookup::filed_as;
use super::table::FunctionTable;
use crate::crash::{Crash, Frame, Role};
use crate::error::Error;

/// A module with the lines of its source.
struct Source {
    table: Arc<FunctionTable>,
    lines: Arc<LineTable>,
}

/// The place in the source of each frame, backtrace by backtrace; empty for a frame of a module without
/// debug information. Beside it, why lines cannot be read.
pub fn source_places(symbols: &Symbols, crash: &Crash) -> (Vec<Vec<SourcePlace>>, Vec<Error>) {
    let (mut sources, mut problems) = (BTreeMap::new(), Vec::new());
    for table in modules_of(symbols, crash).into_iter().filter_map(|module| module.table) {
        match symbols.lines_of(&table.head) {
            Ok(Some(lines)) => {
                sources.insert(table.head.module.clone(), Source { table, lines });
            }
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    let fault = crash.panic.as_ref().and_then(|panic| panic.ip);
    let places = all_frames(crash).map(|frame| {
        let source = frame.module.as_deref().and_then(|module| sources.get(filed_as(module)));
        let called = frame.ip.is_none() || frame.ip != fault;
        source.and_then(|source| place_of(source, frame, called)).unwrap_or_default()
    });
    (places.collect(), problems)
}

/// Where the call was made, or the fault. The address of a call is the one behind it, which may be of
/// the next line, or of the next function.
fn place_of(source: &Source, frame: &Frame, called: bool) -> Option<Vec<SourcePlace>> {
    let (name, offset) = (frame.function.as_deref()?, frame.offset?.0);
    if frame.role == Role::Noise {
        return None;
    }
    let symbol = only_holding(&source.table, name, offset)?;
    let back = u64::from(called && offset > 0);
    let address = symbol.address.checked_add(offset)? - back;
    Some(source.lines.at(symbol.section, address))
}
