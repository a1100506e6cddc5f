//! The signature language: what a curator may ask of a crash.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::version::VersionRange;
use crate::crash::PanicKind;
use crate::machine_check::{Severity, Vendor};
use crate::signature::{ComparableName, NamePattern, PreparedFrame, function_name};
use crate::text::Hex;

/// One recognisable pattern of an issue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Signature {
    /// Short name, unique inside the issue.
    pub name: String,
    /// Panic kinds, any of which is expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Exception numbers, any of which is expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<u8>,
    /// World names, any of which is expected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub worlds: Vec<String>,
    /// Panic-message templates, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
    /// Source files of assertions, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<SourcePlace>,
    /// Log-line templates, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<String>,
    /// Modules that take part, any of which may be present.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<String>,
    /// Functions in order, top first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<FramePattern>,
    /// Functions, some of which must be present, in any order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub some: Option<SomeFrames>,
    /// Functions that exclude the signature.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub forbid: Vec<String>,
    /// The wanted machine-check bank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_check: Option<CheckPattern>,
    /// The parts of the host.
    #[serde(skip_serializing_if = "HostPattern::is_empty")]
    pub host: HostPattern,
}

impl Signature {
    /// Every function that the signature asks for, those in order first.
    pub fn wanted_frames(&self) -> impl Iterator<Item = &FramePattern> {
        self.frames.iter().chain(self.some.iter().flat_map(|some| &some.of))
    }

    /// True when there is something to recognise: a frame, a text, a place or a machine check.
    pub fn recognises_something(&self) -> bool {
        self.wanted_frames().next().is_some() || self.asks_for_text()
    }

    /// The panic kinds that are asked for; lint reports unknown names.
    pub fn panic_kinds(&self) -> Vec<PanicKind> {
        self.kinds.iter().filter_map(|kind| PanicKind::from_name(kind)).collect()
    }

    /// True when a message, a log line, a source place or a machine check is asked for.
    pub fn asks_for_text(&self) -> bool {
        !self.messages.is_empty()
            || !self.logs.is_empty()
            || !self.sources.is_empty()
            || self.machine_check.is_some()
    }
}

/// One function of a backtrace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "FrameEntry")]
pub struct FramePattern {
    /// Function name without compiler suffixes.
    pub function: String,
    /// Module, where it matters; `*` stands for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Version of the module as a frame prints it; `*` stands for anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// True when its absence costs nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Most story frames between the frame above and this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<usize>,
}

impl FramePattern {
    /// Reads `function` or `function@module`.
    pub fn from_word(text: &str) -> Self {
        let (function, module) = match text.split_once('@') {
            Some((function, module)) => (function, Some(module.to_owned())),
            None => (text, None),
        };
        Self { function: function.to_owned(), module, ..Self::default() }
    }

    /// The function as frames are compared.
    pub fn name(&self) -> &str {
        function_name(&self.function)
    }

    /// The frame in the form in which frames are compared, as the one at `index` of its list.
    pub fn prepare(&self, index: usize) -> PreparedFrame {
        PreparedFrame {
            name: ComparableName::new(self.name()),
            module: self.module.as_deref().map(NamePattern::new),
            version: self.version.as_deref().map(NamePattern::new),
            index,
            optional: self.optional,
            gap: self.gap,
            doubtful: false,
        }
    }
}

impl fmt::Display for FramePattern {
    /// As a curator would write it in one word: `function@module#version`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.function)?;
        if let Some(module) = &self.module {
            write!(formatter, "@{module}")?;
        }
        if let Some(version) = &self.version {
            write!(formatter, "#{version}")?;
        }
        Ok(())
    }
}

/// A frame as a file writes it: a word, or a table where more is asked.
#[derive(Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected `function@module` or a table with function, module, version, optional, gap"
)]
enum FrameEntry {
    Word(String),
    Table(FrameTable),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FrameTable {
    function: String,
    module: Option<String>,
    version: Option<String>,
    #[serde(default)]
    optional: bool,
    gap: Option<usize>,
}

impl From<FrameEntry> for FramePattern {
    fn from(entry: FrameEntry) -> Self {
        match entry {
            FrameEntry::Word(text) => Self::from_word(&text),
            FrameEntry::Table(table) => Self {
                function: table.function,
                module: table.module,
                version: table.version,
                optional: table.optional,
                gap: table.gap,
            },
        }
    }
}

/// Functions, a minimum number of which must be present.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SomeFrames {
    /// How many of them.
    pub least: usize,
    /// The functions, in any order.
    pub of: Vec<FramePattern>,
}

/// A source file, and the line where one build has the assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("format" = "source-place"))]
pub struct SourcePlace {
    /// File name, or the end of a path.
    pub file: String,
    /// Line, where one is known; it moves with the builds.
    pub line: Option<u64>,
}

impl TryFrom<String> for SourcePlace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (file, line) = match text.rsplit_once(':') {
            Some((file, line)) => {
                let number = line.parse().map_err(|_| format!("line `{line}` is no number"))?;
                (file, Some(number))
            }
            None => (text.as_str(), None),
        };
        if !file.contains('.') {
            return Err(format!("`{text}` is no source file, expected `world.c:2307`"));
        }
        Ok(Self { file: file.to_owned(), line })
    }
}

impl From<SourcePlace> for String {
    fn from(place: SourcePlace) -> Self {
        match place.line {
            Some(line) => format!("{}:{line}", place.file),
            None => place.file,
        }
    }
}

/// The wanted parts of a machine-check bank; every part that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckPattern {
    /// The vendor of the processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// Banks, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub banks: Vec<u32>,
    /// The bits of the status that count; all bits when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "hex"))]
    pub mask: Option<Hex>,
    /// The value of these bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "hex"))]
    pub value: Option<Hex>,
    /// Class of the error code, such as `io_error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
}

impl fmt::Display for CheckPattern {
    /// The parts in the words of the file: `vendor amd, bank 1/4, mask 0xffff`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let banks: Vec<String> = self.banks.iter().map(u32::to_string).collect();
        let parts = [
            ("vendor", self.vendor.map(published)),
            ("bank", Some(banks.join("/")).filter(|banks| !banks.is_empty())),
            ("mask", self.mask.map(|mask| mask.to_string())),
            ("value", self.value.map(|value| value.to_string())),
            ("class", self.class.clone()),
            ("severity", self.severity.map(published)),
        ];
        let mut separator = "";
        for (key, value) in parts {
            if let Some(value) = value {
                write!(formatter, "{separator}{key} {value}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// The published code of a vendor or severity.
fn published(code: impl Serialize) -> String {
    let value = serde_json::to_value(code).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

/// The parts of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HostPattern {
    /// Server models, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<String>,
    /// PCI devices as `vendor:device`, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pci: Vec<String>,
    /// Drivers, plug-ins and firmware with their versions, any of which may match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentPattern>,
}

impl HostPattern {
    /// True when it sets no condition.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A driver, plug-in or firmware in certain versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComponentPattern {
    /// Its kind.
    pub kind: ComponentKind,
    /// Name as the host prints it.
    pub name: String,
    /// Versions: `>= 12.8, < 12.9`, or `12.8.351.30-1OEM.700*`.
    pub versions: VersionRange,
}

/// The kind of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// A loaded module.
    Driver,
    /// A plug-in.
    Plugin,
    /// Firmware; that of the server is called `bios`.
    Firmware,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(frame: &str, expected: Result<(&str, bool, Option<usize>), &str>) {
        let found = toml::from_str::<Signature>(&format!("frames = [{frame}]"));
        let found = found.map_err(|error| error.message().to_owned());
        let found = found.map(|signature| {
            let frame = &signature.frames[0];
            (frame.to_string(), frame.optional, frame.gap)
        });
        let expected = expected.map(|(text, optional, gap)| (text.to_owned(), optional, gap));
        assert_eq!(found, expected.map_err(str::to_owned), "{frame}");
    }

    #[test]
    fn a_frame_is_a_word_or_a_table() {
        check(r#""A""#, Ok(("A", false, None)));
        check(r#""A@m""#, Ok(("A@m", false, None)));
        check(
            r#"{ function = "A", module = "m", version = "1.*", optional = true, gap = 2 }"#,
            Ok(("A@m#1.*", true, Some(2))),
        );
        let expecting =
            "expected `function@module` or a table with function, module, version, optional, gap";
        check(r#"{ function = "A", modul = "m" }"#, Err(expecting));
        check("1", Err(expecting));
    }

    fn place(text: &str) -> Result<SourcePlace, String> {
        SourcePlace::try_from(text.to_owned())
    }

    #[test]
    fn a_source_place_is_a_file_and_perhaps_a_line() {
        assert_eq!(place("world.c:2307").map(|place| place.line), Ok(Some(2307)));
        assert_eq!(place("world.c").map(String::from), Ok("world.c".to_owned()));
        assert!(place("world.c:x").is_err());
        assert!(place("world").is_err());
    }

    #[test]
    fn a_signature_comes_back_from_json_as_it_was() {
        let text = r#"name = "m"
            kinds = ["assert"]
            frames = ["A@m", { function = "B", optional = true }]
            some = { least = 1, of = ["C"] }
            sources = ["world.c:2307"]
            machine_check = { vendor = "amd", mask = "0xffff", value = "0x1" }"#;
        let signature: Signature = toml::from_str(text).expect("a signature");
        let json = serde_json::to_string(&signature).expect("json");
        assert_eq!(serde_json::from_str::<Signature>(&json).expect("a signature"), signature);
    }
}
