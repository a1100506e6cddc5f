//! Backtraces and their frames.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Hex;

/// The module that holds the VMkernel itself. `hid_disconnect@esx`, `J6CommitInMemTxn@esx` are of modules
/// that it does not name: nothing is known of these.
pub(crate) const VMKERNEL: &str = "vmkernel";

/// One line of a backtrace: `sp:[ip]function@module#version+0xoffset stack: words`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Frame {
    /// Function name; absent for a bare address and for a name that a web page has eaten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// Module as printed, without parentheses; absent for `<None>` and before 4.1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// Module version; absent for `<None>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Offset inside the function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<Hex>,
    /// Instruction pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<Hex>,
    /// Stack pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sp: Option<Hex>,
    /// Stack words as printed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stack: Vec<String>,
    /// Its worth for recognising a crash.
    pub role: Role,
    /// Where the function name comes from.
    pub trust: Trust,
}

/// The worth of a frame for recognising a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Role {
    /// Panic, interrupt and world entry: in nearly every backtrace.
    Machinery,
    /// Part of the work that the kernel was doing.
    #[default]
    Story,
    /// An absurd offset or a null address: not a call at all.
    Noise,
}

/// Where the function name of a frame comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Trust {
    /// The screen printed it.
    #[default]
    Printed,
    /// A symbol file named it.
    Symbols,
    /// Another crash of the same build named it.
    Learned,
    /// A damaged name was repaired.
    Repaired,
    /// It was read from a picture in which a character of it is in doubt.
    Doubtful,
}

/// A backtrace beside the main one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Backtrace {
    /// Heading as printed.
    pub origin: String,
    /// PCPU that the heading names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pcpu: Option<u32>,
    /// True when signatures are compared with this backtrace instead of the main one.
    pub decides: bool,
    /// The frames, innermost first.
    pub frames: Vec<Frame>,
}
