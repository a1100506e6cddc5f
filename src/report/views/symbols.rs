//! Tables of symbols, as published.

use schemars::JsonSchema;
use serde::Serialize;

use super::envelope::{SCHEMA, Source, SourceReport, tool};
use crate::crash::{Defect, DefectCode, Frame};
use crate::diagnose::Subject;
use crate::symbols::{
    FunctionTable, InferredBuild, LearnedMap, ModuleLookup, SourcePlace, SymbolKind, TableHead,
    Written, plain_name,
};
use crate::text::Hex;

/// The names of the functions of one module in one version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SymbolTableReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The module.
    pub module: String,
    /// Its version.
    pub version: String,
    /// Other names of this version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// The package that it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// The file that the names were read out of.
    pub source: String,
    /// Number of its functions.
    pub functions: usize,
    /// True when every function of the module is there.
    pub complete: bool,
    /// Whether the table was new to the directory; absent in a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
}

impl SymbolTableReport {
    /// The published form of a table.
    pub fn new(head: &TableHead) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            module: head.module.clone(),
            version: head.version.clone(),
            also: head.also.clone(),
            package: head.package.clone(),
            source: head.source.clone(),
            functions: head.functions,
            complete: head.complete,
            written: None,
        }
    }

    /// The published form of a table that was written.
    pub fn written(head: &TableHead, written: Written) -> Self {
        Self { written: Some(written), ..Self::new(head) }
    }
}

/// One symbol of a table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SymbolReport {
    /// The module.
    pub module: String,
    /// Its version.
    pub version: String,
    /// The name.
    pub name: String,
    /// The name as it stands in the source, where compilers write another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// The section.
    pub section: String,
    /// Its address, or its place in the section in a module that is not linked yet.
    pub address: Hex,
    /// Its bytes; absent where they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// False for the name of something else, such as a variable.
    pub function: bool,
}

impl SymbolReport {
    /// The symbols of a table, in the order of their addresses.
    pub fn from_table(table: &FunctionTable) -> Vec<Self> {
        let head = &table.head;
        let reports = table.symbols().iter().map(|symbol| Self {
            module: head.module.clone(),
            version: head.version.clone(),
            name: symbol.name.clone(),
            plain: plain_name(&symbol.name),
            section: head.sections[symbol.section as usize].name.clone(),
            address: Hex(symbol.address),
            size: (symbol.size > 0).then_some(symbol.size),
            function: symbol.kind == SymbolKind::Function,
        });
        reports.collect()
    }
}

/// A crash with its names checked and restored.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SymbolsReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// Where the crash was found.
    pub source: SourceReport,
    /// The build that was inferred, where the crash prints none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inferred: Option<InferredBuild>,
    /// The modules whose names were looked for.
    pub modules: Vec<ModuleLookup>,
    /// The backtraces; that of the reporting PCPU is the first one.
    pub backtraces: Vec<PlacedBacktrace>,
    /// What the names contradict.
    pub defects: Vec<Defect>,
}

/// A backtrace with the places of its frames in the source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PlacedBacktrace {
    /// Heading as printed; absent for that of the reporting PCPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The frames, innermost first.
    pub frames: Vec<PlacedFrame>,
}

/// A frame with its place in the source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PlacedFrame {
    /// The frame.
    #[serde(flatten)]
    pub frame: Frame,
    /// The name as it stands in the source, where compilers write another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// The lines of the source, the innermost of inlined functions first; absent without debug
    /// information.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<SourcePlace>,
}

/// The defects that symbols find.
const DEFECTS: &[DefectCode] =
    &[DefectCode::OffsetBeyondFunction, DefectCode::NameNotInModule, DefectCode::ModuleInTwoPlaces];

impl SymbolsReport {
    /// The published form of a crash, of whose frames, one backtrace after the other, these are the
    /// places.
    pub fn new(subject: &Subject, places: Vec<Vec<SourcePlace>>, source: Source<'_>) -> Self {
        let crash = &subject.crash;
        let mut places = places.into_iter();
        let own = PlacedBacktrace { origin: None, frames: placed(&crash.backtrace, &mut places) };
        let others = crash.other_backtraces.iter().map(|other| PlacedBacktrace {
            origin: Some(other.origin.clone()),
            frames: placed(&other.frames, &mut places),
        });
        let backtraces = std::iter::once(own).chain(others).collect();
        let defects = crash.defects.iter().filter(|defect| DEFECTS.contains(&defect.code));
        Self {
            schema: SCHEMA,
            tool: tool(),
            source: source.report(subject.line),
            inferred: subject.inferred,
            modules: subject.symbols.clone(),
            backtraces,
            defects: defects.cloned().collect(),
        }
    }

    /// True when a name or an offset cannot be as it is printed.
    pub fn has_contradictions(&self) -> bool {
        !self.defects.is_empty()
    }
}

/// The frames of one backtrace, each with the next of the places.
fn placed(
    frames: &[Frame],
    places: &mut impl Iterator<Item = Vec<SourcePlace>>,
) -> Vec<PlacedFrame> {
    let placed = frames.iter().map(|frame| PlacedFrame {
        frame: frame.clone(),
        plain: frame.function.as_deref().and_then(plain_name),
        places: places.next().unwrap_or_default(),
    });
    placed.collect()
}

/// What the crashes of one build have taught.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LearnedReport {
    /// Version of this format; it changes when a field changes its meaning.
    pub schema: u32,
    /// Version of psod-match.
    pub tool: String,
    /// The build.
    pub build: u32,
    /// Crashes that have taught it now.
    pub taught: usize,
    /// All crashes that have taught it.
    pub crashes: usize,
    /// Functions whose place is known.
    pub functions: usize,
    /// Functions of which two crashes have said different things now.
    pub contradicted: usize,
}

impl LearnedReport {
    /// The published form of a map, which so many crashes have taught now, with so many contradictions.
    pub fn new(map: &LearnedMap, taught: usize, contradicted: usize) -> Self {
        Self {
            schema: SCHEMA,
            tool: tool(),
            build: map.build,
            taught,
            crashes: map.crashes(),
            functions: map.functions(),
            contradicted,
        }
    }
}
