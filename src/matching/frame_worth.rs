//! Which frames of a signature tell its issue from all others, and the finding about those of which
//! none does.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use strum::IntoStaticStr;

use super::face::PreparedSignature;
use super::matcher::Matcher;
use crate::error::Result;
use crate::kb::{Finding, FindingCode, FramePattern, KnowledgeBase, Signature, is_generic};
use crate::signature::Background;

/// The worth of a frame of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum FrameWorth {
    /// It tells the issue from all others, or from nearly all.
    Telling,
    /// Other issues or unknown crashes print it too.
    Shared,
    /// Any crash of these panic kinds may print it.
    Plumbing,
}

impl FrameWorth {
    /// The published code.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// The worth of each frame of one signature.
#[derive(Clone, Debug, PartialEq)]
pub struct SignatureWorth {
    /// The signature.
    pub signature: Signature,
    /// True when it has a text that holds for crashes of no other issue.
    pub decisive: bool,
    /// Its frames, those in order first.
    pub frames: Vec<(FramePattern, FrameWorth)>,
}

impl SignatureWorth {
    fn new(signature: &PreparedSignature, matcher: &Matcher) -> Self {
        let tells = signature.frames.tells().iter().chain(signature.some.tells());
        let frames = signature.pattern().wanted_frames().zip(tells).map(|(frame, tells)| {
            let is_plumbing = matcher.lists().machinery.contains(frame.name())
                || matcher.weights().is_background(frame.name(), &signature.kinds);
            let worth = match (is_plumbing, tells) {
                (true, _) => FrameWorth::Plumbing,
                (false, true) => FrameWorth::Telling,
                (false, false) => FrameWorth::Shared,
            };
            (frame.clone(), worth)
        });
        Self {
            frames: frames.collect(),
            signature: signature.pattern().clone(),
            decisive: signature.decisive,
        }
    }

    /// True when a frame tells the issue from all others.
    pub fn tells(&self) -> bool {
        self.frames.iter().any(|(_, worth)| *worth == FrameWorth::Telling)
    }
}

impl Matcher {
    /// The worth of the frames of each signature of an issue.
    ///
    /// # Errors
    /// [`crate::error::Error::Store`] when the store is damaged.
    pub fn signature_worths(&self, issue: &str) -> Result<Vec<SignatureWorth>> {
        let signatures = self.face(issue)?.map_or(&[][..], |face| &face.signatures);
        Ok(signatures.iter().map(|signature| SignatureWorth::new(signature, self)).collect())
    }
}

/// The signatures that nothing tells from all others: neither a frame nor a text. Those of frequent
/// frames alone have a finding of their own, which needs no matcher.
///
/// # Errors
/// [`crate::error::Error::Store`] when the store is damaged.
pub fn telling_findings(kb: &KnowledgeBase, matcher: &Matcher) -> Result<Vec<Finding>> {
    let background = Background::new(kb.lists.shared.iter().map(String::as_str));
    let mut findings = Vec::new();
    for issue in kb.issues.values() {
        for (index, worth) in matcher.signature_worths(&issue.id)?.iter().enumerate() {
            let is_reported = is_generic(&worth.signature, kb, &background);
            if worth.tells() || worth.decisive || worth.frames.is_empty() || is_reported {
                continue;
            }
            let names: BTreeSet<&str> =
                worth.frames.iter().map(|(frame, _)| frame.name()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            let detail = format!("{}: {}", worth.signature.name, names.join(", "));
            let finding = Finding::new(&issue.path, FindingCode::NoTellingFrame, detail);
            findings.push(finding.value(format!("signatures[{index}].frames")));
        }
    }
    Ok(findings)
}
