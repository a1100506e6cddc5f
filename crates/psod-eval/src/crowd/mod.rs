//! What do thousands of other issues change?
//!
//! Adds made-up issues to a knowledge base in memory: functions put together from the parts of real
//! names, in stacks of real length, a fifth of whose frames real issues print too; or, in `real.rs`,
//! real functions. Then the same cases are compared without and with them.

mod real;

use psod_match::crash::PanicKind;
use psod_match::kb::{
    Affected, Exemplar, Expectation, Fix, FramePattern, Issue, Japanese, KnowledgeBase, Review,
    Signature, Status,
};
use serde::Serialize;

use crate::damage::Draw;
use crate::forms::FormCase;
use crate::tally::{CrashGroup, FormRow, total};

pub use real::add_real_issues;

/// Starts of function names, as parts of the VMkernel and of drivers spell them.
const CAMEL_STARTS: &[&str] = &[
    "Net", "Uplink", "Vmfs", "Fil6", "Res6", "SCSI", "NMP", "Heap", "World", "CpuSched",
    "MemSched", "Swap", "LPage", "PFrame", "Alloc", "Vob", "VSCSI", "Nfs41", "Nvme", "Lsom",
    "Plog", "Dom", "Cmmds", "Rdt", "Vdl2", "Vdr", "Portset", "Migrate", "FSS", "Timer", "Pci",
    "Iommu", "Dvfilter",
];
const SNAKE_STARTS: &[&str] = &[
    "qfle3",
    "ixgben",
    "nmlx5",
    "bnxtnet",
    "ntg3",
    "lsi_mr3",
    "smartpqi",
    "qlnative",
    "elxnet",
    "igbn",
    "brcmfcoe",
    "iavmd",
    "vmw_ahci",
    "nvme_pcie",
    "mpt3",
    "tcp",
    "pf",
    "vmk",
    "usb",
    "dma",
];
const VERBS: &[&str] = &[
    "Get", "Set", "Flush", "Lock", "Unlock", "Queue", "Drain", "Start", "Stop", "Wait", "Wake",
    "Read", "Write", "Submit", "Complete", "Abort", "Reset", "Insert", "Remove", "Lookup", "Map",
    "Unmap", "Poll", "Send", "Receive", "Parse", "Resize", "Commit", "Reclaim", "Notify",
];
const NOUNS: &[&str] = &[
    "Buffer", "Entry", "Page", "Ring", "Cmd", "Ctx", "Token", "Handle", "Stats", "List", "Node",
    "Path", "Lun", "Port", "Packet", "Frame", "Region", "Extent", "Bitmap", "Header", "Journal",
    "Session", "Event", "Timer", "Vector", "Slot", "Group", "Range", "Cache", "Key",
];
const ENDS: &[&str] = &["", "", "", "", "Int", "Locked", "Work", "Async", "CB", "Helper", "Fast"];

/// The bottom of a stack that a world runs.
const ENTRY: &str = "CpuSched_StartWorld";
/// Share of the frames that real issues print too.
const GENERIC: f64 = 0.2;
/// Share of the issues whose message tells them apart.
const TELLING: f64 = 0.05;
/// Story frames of a stack.
const FRAMES: (usize, usize) = (4, 14);
/// Frames that a signature asks for.
const ASKED: (usize, usize) = (3, 6);

/// Panic kinds, and the messages that they print.
const MESSAGES: &[(PanicKind, &str)] = &[
    (PanicKind::PageFault, "#PF Exception 14 in world 2098051:{w} IP 0x420012345678 addr 0x10"),
    (PanicKind::GeneralProtection, "#GP Exception 13 in world 2098051:{w} @ 0x420012345678"),
    (PanicKind::SpinCount, "Spin count exceeded ({w}) - possible deadlock with PCPU 12"),
    (PanicKind::NoHeartbeat, "PCPU 7: no heartbeat (2/2 IPIs received)"),
    (PanicKind::TlbAck, "PCPU 3 locked up. Failed to ack TLB invalidate (total of 1 locked up)."),
];

/// Adds `count` synthetic issues to `kb`, each with a signature and a crash text.
pub fn add_issues(kb: &mut KnowledgeBase, count: usize, seed: u64) {
    let shared = kb.lists.shared.iter().chain(kb.rarity.counts.keys());
    let generic: Vec<String> = shared.cloned().collect();
    for number in 0..count {
        let id = format!("CROWD-{number:05}");
        let draw = &mut Draw::new(seed, &["crowd", &id]);
        let frames = stack(&generic, draw);
        let (kind, message) = draw.pick(MESSAGES);
        let word = camel_name(draw);
        let telling = draw.happens(TELLING).then(|| {
            format!("{} {} failed in {}", draw.pick(VERBS), draw.pick(NOUNS), snake_name(draw))
        });
        let message = telling.clone().unwrap_or_else(|| message.replace("{w}", &word));
        let signature = Signature {
            name: "crowd".to_owned(),
            kinds: if telling.is_some() { Vec::new() } else { vec![kind.as_str().to_owned()] },
            messages: telling.into_iter().collect(),
            frames: asked(&frames, draw),
            ..Signature::default()
        };
        CrowdIssue { id, signature, message, frames }.add(kb, draw);
    }
}

/// A made-up issue.
struct CrowdIssue {
    id: String,
    signature: Signature,
    /// The panic message of its crash.
    message: String,
    /// The functions of its crash, top first.
    frames: Vec<String>,
}

impl CrowdIssue {
    /// Adds the issue and a crash text of it.
    fn add(self, kb: &mut KnowledgeBase, draw: &mut Draw) {
        let Self { id, signature, message, frames } = self;
        let path = format!("crashes/{id}-1.txt");
        let exemplar = made_exemplar(&path, &id, &message, &in_kernel(&frames), draw);
        kb.exemplars.insert(exemplar.path.clone(), exemplar);
        kb.issues.insert(id.clone(), made_issue(id, signature));
    }
}

/// How many story frames a stack has.
fn drawn_length(draw: &mut Draw) -> usize {
    FRAMES.0 + draw.below(FRAMES.1 - FRAMES.0 + 1)
}

/// Functions from the top down; some of them are printed by real issues too.
fn stack(generic: &[String], draw: &mut Draw) -> Vec<String> {
    let length = drawn_length(draw);
    let snake = draw.happens(0.3);
    (0..length)
        .map(|_| {
            if !generic.is_empty() && draw.happens(GENERIC) {
                draw.pick(generic).clone()
            } else if snake {
                snake_name(draw)
            } else {
                camel_name(draw)
            }
        })
        .collect()
}

/// A made-up function in the spelling of the VMkernel.
pub(crate) fn camel_name(draw: &mut Draw) -> String {
    let start = *draw.pick(CAMEL_STARTS);
    let line = if draw.happens(0.3) { "_" } else { "" };
    let (verb, noun) = (*draw.pick(VERBS), *draw.pick(NOUNS));
    let second = if draw.happens(0.4) { *draw.pick(NOUNS) } else { "" };
    format!("{start}{line}{verb}{noun}{second}{}", draw.pick(ENDS))
}

/// A made-up function in the spelling of a driver.
pub(crate) fn snake_name(draw: &mut Draw) -> String {
    let (start, verb, noun) = (*draw.pick(SNAKE_STARTS), *draw.pick(VERBS), *draw.pick(NOUNS));
    format!("{start}_{}_{}", verb.to_lowercase(), noun.to_lowercase())
}

/// The frames of a signature: some of the top of the stack, in order.
fn asked(frames: &[String], draw: &mut Draw) -> Vec<FramePattern> {
    let most = ASKED.0 + draw.below(ASKED.1 - ASKED.0 + 1);
    frames.iter().take(most).map(|name| FramePattern::from_word(name)).collect()
}

/// The functions of a made-up stack as a backtrace prints them, down to the bottom.
fn in_kernel(frames: &[String]) -> Vec<String> {
    let names = frames.iter().map(String::as_str).chain([ENTRY]);
    names.map(|name| format!("{name}@vmkernel")).collect()
}

/// A crash text of an issue with these `frames`, each a function and its module.
pub(crate) fn made_exemplar(
    path: &str,
    id: &str,
    message: &str,
    frames: &[String],
    draw: &mut Draw,
) -> Exemplar {
    let mut text = format!("@BlueScreen: {message}\n");
    for frame in frames {
        let (address, offset) = (0x4200_0000_0000 + draw.below(1 << 26), 1 + draw.below(0x7fe));
        text += &format!("0x4539a0c1bd00:[{address:#x}]{frame}#nover+{offset:#x} stack: 0x0\n");
    }
    Exemplar {
        path: path.to_owned(),
        expectation: Expectation::Issue(id.to_owned()),
        source: "made up".to_owned(),
        signature: None,
        text,
        text_line: 1,
    }
}

/// An issue with this signature and nothing to read.
pub(crate) fn made_issue(id: String, signature: Signature) -> Issue {
    Issue {
        path: format!("issues/{id}.md"),
        title: "A made-up issue".to_owned(),
        id,
        status: Status::Test,
        author: "made up".to_owned(),
        created: "2026-11-23".to_owned(),
        review: Review::default(),
        retired_because: String::new(),
        related: Vec::new(),
        articles: Vec::new(),
        affected: Affected::default(),
        fix: Fix::default(),
        signatures: vec![signature],
        cause: String::new(),
        fix_text: String::new(),
        workaround: String::new(),
        notes: String::new(),
        japanese: Japanese::default(),
        headings: Vec::new(),
    }
}

/// The effect of the added issues on the crashes of the knowledge base.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CrowdChange {
    /// Issues that were added.
    pub added: usize,
    /// Cases that were compared: a crash in a form under a setting.
    pub cases: usize,
    /// Cases that are a match before and none after, or the other way round.
    pub verdicts: usize,
    /// Known crashes with their issue first, before.
    pub right_first_before: usize,
    /// The same, after.
    pub right_first_after: usize,
    /// Crashes that are called a match of a wrong issue, before.
    pub wrong_before: usize,
    /// The same, after.
    pub wrong_after: usize,
    /// All forms of each group of crashes together, before and after.
    pub totals: Vec<(FormRow, FormRow)>,
    /// The cases with another verdict, or with another answer first where the right one was.
    #[serde(skip)]
    pub differing: Vec<(FormCase, FormCase)>,
}

/// Compares the same cases without and with `added` issues.
pub fn change(before: &[FormCase], after: &[FormCase], added: usize) -> CrowdChange {
    let mut change = CrowdChange { added, cases: before.len(), ..CrowdChange::default() };
    for (one, other) in before.iter().zip(after) {
        let (first, later) = (one.case.is_known(), other.case.is_known());
        change.right_first_before += usize::from(first && one.is_right_in(1));
        change.right_first_after += usize::from(later && other.is_right_in(1));
        change.wrong_before += usize::from(one.is_sure_and_wrong());
        change.wrong_after += usize::from(other.is_sure_and_wrong());
        change.verdicts += usize::from(one.sure != other.sure);
        if one.sure != other.sure || first && one.is_right_in(1) != other.is_right_in(1) {
            change.differing.push((one.clone(), other.clone()));
        }
    }
    let totals =
        CrashGroup::ALL.iter().filter_map(|group| total(before, *group).zip(total(after, *group)));
    change.totals = totals.collect();
    change
}

#[cfg(test)]
mod tests {
    use super::*;
    use psod_match::read::crashes_in_text;

    #[test]
    fn the_issues_are_unlike_each_other_and_their_crashes_can_be_read() {
        let mut kb = KnowledgeBase::default();
        kb.lists.shared.insert("PortOutput".to_owned());
        add_issues(&mut kb, 50, 1);
        assert_eq!((kb.issues.len(), kb.exemplars.len()), (50, 50));
        let tops: std::collections::BTreeSet<String> = kb
            .issues
            .values()
            .map(|issue| issue.signatures[0].frames[0].function.clone())
            .collect();
        assert!(tops.len() > 35, "{tops:?}");
        for exemplar in kb.exemplars.values() {
            let found = crashes_in_text(&exemplar.text);
            assert_eq!(found.len(), 1, "{}", exemplar.text);
            let frames = found[0].crash.deciding_frames().len();
            assert_eq!(frames + 1, exemplar.text.lines().count(), "{}", exemplar.text);
        }
        let mut again = KnowledgeBase::default();
        again.lists.shared.insert("PortOutput".to_owned());
        add_issues(&mut again, 50, 1);
        assert_eq!(kb, again);
    }
}
