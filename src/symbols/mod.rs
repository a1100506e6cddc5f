//! Does this name hold at this offset, and which function, file and line is this address?
//!
//! The VMkernel prints the names of its functions itself; a page, a picture or a person who types
//! damages them. The modules of VIBs and of hosts have exact tables of their functions, so a table
//! checks, repairs and restores what was printed. One rule stands above all: a name is only given
//! where module and version are the same, and never out of a contradiction.

mod apply;
mod bases;
mod debug_info;
mod directory;
mod elf;
mod form;
mod learned;
mod lines;
mod lookup;
mod masked;
mod merge;
mod names_list;
mod package;
mod places;
mod plain;
mod repair;
mod sources;
mod table;

pub use apply::{apply, infer_build};
pub use directory::{Symbols, Written};
pub use learned::{InferredBuild, Learned, LearnedMap, Lesson};
pub use lines::{LineTable, SourcePlace};
pub use lookup::{LookupOutcome, ModuleLookup};
pub use places::source_places;
pub use plain::plain_name;
pub use sources::{GivenModule, TakenModule, TakenSymbols, symbols_of};
pub use table::{FunctionTable, Section, Symbol, SymbolKind, TableHead};
