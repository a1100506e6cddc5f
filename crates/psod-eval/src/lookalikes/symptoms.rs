//! Generic symptoms: the message of each panic kind over frames that every such panic prints.
//!
//! No frame tells anything, so no known issue may be shown prominently. The messages and frames are
//! those that the VMkernel prints, whatever is broken.

use psod_match::error::Result;
use psod_match::matching::Matcher;
use psod_match::signature::CrashKeys;

use super::{LookalikeCase, answers, keys_of};
use crate::damage::Draw;

/// Highest share of symptoms that may be shown prominently.
pub(super) const TARGET: f64 = 0.02;
/// The name of the form.
pub(super) const FORM: &str = "generic-symptom";

/// Messages that name no function, file or world of an issue.
const MESSAGES: &[&str] = &[
    "#PF Exception 14 in world 2097999:worker IP 0x42001e6b2c40 addr 0x18",
    "#GP Exception 13 in world 2097999:worker @ 0x42001e6b2c40",
    "#UD Exception 6 in world 2097999:worker @ 0x42001e6b2c40",
    "#DE Exception 0 in world 2097999:worker @ 0x42001e6b2c40",
    "#DF Exception 8 IP 0x42001e6b2c40 SP 0x453a89e41f88",
    "#AC Exception 17 in world 2097999:worker @ 0x42001e6b2c40",
    "PCPU 3 locked up. Failed to ack TLB invalidate (total of 1 locked up, PCPU(s): 3).",
    "PCPU 3 locked up. Failed to ack TLB invalidate.",
    "PCPU 18 locked up. Failed to ack TLB invalidate (total of 2 locked up, PCPU(s): 18,21).",
    "PCPU 8: no heartbeat (2/2 IPIs received)",
    "PCPU 2: no heartbeat, IPIs received (0/1).",
    "Spin count exceeded - possible deadlock",
    "Spin count exceeded - possible deadlock with PCPU 12",
    "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS [0xc42ce(0x418002400000):0x0:0xfc8] (Src 0x1, CPU4)",
    "LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed. This may be a hardware problem; please contact your hardware vendor.",
    "Panic requested by one or more 3rd party NMI handlers",
    "Machine Check Exception on PCPU42 in world 2097999:worker",
    "Machine Check Exception: Unable to continue",
    "PCI bus error, undiagnosed",
    "NOT_IMPLEMENTED bora/vmkernel/main/unknownfile.c:99",
    "ASSERT bora/vmkernel/main/unknownfile.c:99",
    "COS Error: Oops",
    "Lost heartbeat",
];

/// Backtraces that tell nothing, top first: panic and interrupt entry, what the detectors print
/// themselves, and kernel paths that any bug may be called through.
const BACKTRACES: &[&[&str]] = &[
    &[],
    &[
        "PanicvPanicInt",
        "Panic_WithBacktrace",
        "NMI_Interrupt",
        "IDTNMIWork",
        "Int2_NMI",
        "gate_entry",
    ],
    &["Panic", "TLBDoInvalidate", "XMapForceFlush", "helpFunc", "CpuSched_StartWorld"],
    &[
        "Panic",
        "Heartbeat_DetectCPULockups",
        "Timer_BHHandler",
        "BH_Check",
        "IntrCookie_DoInterrupt",
        "IDT_IntrHandler",
        "gate_entry",
        "CpuSchedIdleLoopInt",
        "CpuSchedDispatch",
        "CpuSched_StartWorld",
    ],
    &[
        "PanicvPanicInt",
        "Panic_NoSave",
        "SP_WaitLock",
        "LockCheckSpinCountInt",
        "VSI_SetInfo",
        "UW64VMKSyscallUnpackVSI_Set",
        "User_UWVMK64SyscallHandler",
        "gate_entry",
    ],
    &[
        "PanicvPanicInt",
        "Panic_Exception",
        "IntrCookie_VmkernelInterrupt",
        "BH_DrainAndDisableInterrupts",
        "VMMVMKCall_Call",
        "VMKVMM_ArchEnterVMKernel",
        "CpuSched_StartWorld",
    ],
];

/// Every message over every backtrace; nothing may be shown with a half or more.
///
/// # Errors
/// When the compiled knowledge base is damaged.
pub fn symptoms(matcher: &Matcher) -> Result<Vec<LookalikeCase>> {
    let mut cases = Vec::new();
    for Symptom { message, backtrace, text } in texts() {
        let found = answers(&text, None, matcher)?;
        let path = format!("{message:.30}, backtrace {backtrace}");
        let mut case = LookalikeCase::new(FORM, &path, message, &found, None, matcher);
        case.wrong = case.shown;
        cases.push(case);
    }
    Ok(cases)
}

/// The comparable parts of every symptom.
pub fn symptom_crashes(matcher: &Matcher) -> Vec<CrashKeys> {
    texts().iter().filter_map(|symptom| keys_of(&symptom.text, matcher)).collect()
}

/// One message over one backtrace.
struct Symptom {
    message: &'static str,
    backtrace: usize,
    text: String,
}

fn texts() -> Vec<Symptom> {
    let mut texts = Vec::new();
    for message in MESSAGES {
        for (backtrace, functions) in BACKTRACES.iter().enumerate() {
            let mut draw = Draw::new(1, &[FORM, message, &backtrace.to_string()]);
            let text = screen(message, functions, &mut draw);
            texts.push(Symptom { message, backtrace, text });
        }
    }
    texts
}

fn screen(message: &str, functions: &[&str], draw: &mut Draw) -> String {
    let mut text = format!("VMware ESXi 7.0.3 [Releasebuild-20036589 x86_64]\n{message}\n");
    text.push_str("cr0=0x80010031 cr2=0x18 cr3=0x20cdde000 cr4=0x140768\n");
    text.push_str("*PCPU3:2097999/worker\nCode start: 0x42001e400000 VMK uptime: 3:04:11:09.120\n");
    for function in functions {
        let (pointer, offset) =
            (0x4200_1e40_0000_u64 + draw.below(1 << 22) as u64, 1 + draw.below(0x7fe));
        text += &format!(
            "0x453a0c1bd{:03x}:[{pointer:#x}]{function}@vmkernel#nover+{offset:#x} stack: 0x0\n",
            draw.below(1 << 12)
        );
    }
    text
}
