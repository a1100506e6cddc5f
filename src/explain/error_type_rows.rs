//! The types of error, a row each: one per panic kind, and one per spelling of a panic message that
//! is more specific than its kind.
//!
//! Samples are messages as article 1004250 and the cited articles print them;
//! where none is published, the usual spelling is filled in.

use super::error_types::ErrorPattern::Kind;
use super::error_types::Side::{
    Deliberate, Driver, Firmware, GuestTriggered, Hardware, Unknown, Vmkernel,
};
use super::error_types::{
    APEI, ASSERT, ArticleNumbers, CONSOLE, ErrorPattern, ErrorType, FAULT, HALT, HANDLER,
    HEARTBEAT, IOMMU, IOMMU_WAIT, LINT1, MACHINE, MACHINE_MEMORY, OPCODE, OPCODE_ASSERT, OTHER,
    SCREEN, SECURITY, SPIN, TLB, VMKLINUX, both, from_row, new,
};
use crate::crash::{Crash, PanicKind as P};

const FAULT_VM: &[ArticleNumbers] = &[new("323991"), both("303440", "1020181")];
const ASSERT_FIREWALL: &[ArticleNumbers] = &[new("433412"), both("311064", "1019956")];

#[rustfmt::skip]
/// Every row, those of a kind from the most to the least specific.
const ROWS: &[ErrorType] = &[
    from_row(("divide-error", P::DivideError, Kind, "exception-meaning-0", Vmkernel, "error-type-step-frames",
        SCREEN, "#DE Exception 0 in world 2098051:x IP 0x418001086455")),
    from_row(("debug-exception", P::DebugException, Kind, "exception-meaning-1", Vmkernel, "error-type-step-frames",
        SCREEN, "#DB Exception 1 in world 2098051:x IP 0x418001086455")),
    from_row(("nmi", P::Nmi, Kind, "exception-meaning-2", Hardware, "error-type-step-hardware",
        LINT1, "#NMI Exception 2 in world 2098051:x IP 0x418001086455")),
    from_row(("breakpoint", P::Breakpoint, Kind, "exception-meaning-3", Vmkernel, "error-type-step-frames",
        SCREEN, "#BP Exception 3 in world 2098051:x IP 0x418001086455")),
    from_row(("overflow", P::Overflow, Kind, "exception-meaning-4", Vmkernel, "error-type-step-frames",
        SCREEN, "#OF Exception 4 in world 2098051:x IP 0x418001086455")),
    from_row(("bound-range", P::BoundRange, Kind, "exception-meaning-5", Vmkernel, "error-type-step-frames",
        SCREEN, "#BR Exception 5 in world 2098051:x IP 0x418001086455")),
    from_row(("invalid-opcode-assert", P::InvalidOpcode, ErrorPattern::Frame("Int6_UD2Assert"), "error-type-invalid-opcode-assert", Vmkernel, "error-type-step-assert",
        OPCODE_ASSERT, "#UD Exception 6 in world 2098051:x IP 0x418001086455\n[0x418001086455]Int6_UD2Assert@vmkernel#nover+0x4")),
    from_row(("invalid-opcode", P::InvalidOpcode, Kind, "error-type-invalid-opcode", Vmkernel, "error-type-step-frames",
        OPCODE, "Exception type 6 in world 1047:helper1-2 @ 0x8b35a9")),
    from_row(("device-not-available", P::DeviceNotAvailable, Kind, "exception-meaning-7", Vmkernel, "error-type-step-frames",
        SCREEN, "#NM Exception 7 in world 2098051:x IP 0x418001086455")),
    from_row(("double-fault", P::DoubleFault, Kind, "exception-meaning-8", Vmkernel, "error-type-step-double-fault",
        SCREEN, "#DF Exception 8 IP 0x42000c341000 SP 0x453a89e41000")),
    from_row(("invalid-tss", P::InvalidTss, Kind, "exception-meaning-10", Vmkernel, "error-type-step-frames",
        SCREEN, "#TS Exception 10 in world 2098051:x IP 0x418001086455")),
    from_row(("segment-not-present", P::SegmentNotPresent, Kind, "exception-meaning-11", Vmkernel, "error-type-step-frames",
        SCREEN, "#NP Exception 11 in world 2098051:x IP 0x418001086455")),
    from_row(("stack-fault", P::StackFault, Kind, "exception-meaning-12", Vmkernel, "error-type-step-frames",
        SCREEN, "#SS Exception 12 in world 2098051:x IP 0x418001086455")),
    from_row(("general-protection", P::GeneralProtection, Kind, "exception-meaning-13", Vmkernel, "error-type-step-fault",
        FAULT, "#GP Exception(13) in world 4130:helper13-0 @ 0x41803399e303")),
    from_row(("page-fault-null-code", P::PageFault, ErrorPattern::NullIp, "error-type-page-fault-null-code", Vmkernel, "error-type-step-fault",
        FAULT, "#PF Exception 14 in world 2098002:CAM taskq IP 0x0 addr 0x0")),
    from_row(("page-fault-vm-network", P::PageFault, ErrorPattern::World("NetWorld-VM-*"), "error-type-page-fault-vm-network", GuestTriggered, "error-type-step-vm",
        FAULT_VM, "#PF Exception 14 in world 2706894:NetWorld-VM- IP 0x41801cd9c266 addr 0x418")),
    from_row(("page-fault-vm", P::PageFault, ErrorPattern::World("vmast.*"), "error-type-page-fault-vm", GuestTriggered, "error-type-step-vm",
        FAULT, "#PF Exception 14 in world 63406:vmast.63405 IP 0x41801cd9c266 addr 0x0")),
    from_row(("page-fault-vcpu", P::PageFault, ErrorPattern::World("vmm{n}:*"), "error-type-page-fault-vm", GuestTriggered, "error-type-step-vm",
        FAULT, "#PF Exception 14 in world 2107:vmm0:web01 IP 0x41801cd9c266 addr 0x9000")),
    from_row(("page-fault-null", P::PageFault, ErrorPattern::NullAddress, "error-type-page-fault-null", Vmkernel, "error-type-step-fault",
        FAULT, "#PF Exception 14 in world 2097460:HELPER_UPLIN IP 0x42002b65ad3b addr 0x8")),
    from_row(("page-fault", P::PageFault, Kind, "exception-meaning-14", Vmkernel, "error-type-step-fault",
        FAULT, "#PF Exception type 14 in world 1024:console @ 0x67f0ae")),
    from_row(("floating-point", P::FloatingPoint, Kind, "exception-meaning-16", Vmkernel, "error-type-step-frames",
        SCREEN, "#MF Exception 16 in world 2098051:x IP 0x418001086455")),
    from_row(("alignment-check", P::AlignmentCheck, Kind, "exception-meaning-17", Vmkernel, "error-type-step-frames",
        SCREEN, "#AC Exception 17 in world 2098051:x IP 0x418001086455")),
    from_row(("machine-check-memory", P::MachineCheck, ErrorPattern::Message("recoverable memory error"), "error-type-machine-check-memory", Hardware, "error-type-step-memory",
        MACHINE_MEMORY, "Uncorrectable/recoverable memory error in world 111111; unable to recover in kernel context")),
    from_row(("machine-check-cache", P::MachineCheck, ErrorPattern::Message("Hardware (Machine) Error: Uncorrected ECC error in L3 Cache"), "error-type-machine-check-cache", Hardware, "error-type-step-machine-check",
        MACHINE, "Hardware (Machine) Error: Uncorrected ECC error in L3 Cache LRU on cpu 4 PCPU4 in world 4100:idle4")),
    from_row(("machine-check-described", P::MachineCheck, ErrorPattern::Message("Hardware (Machine) Error"), "error-type-machine-check-described", Hardware, "error-type-step-machine-check",
        MACHINE, "Hardware (Machine) Error")),
    from_row(("machine-check-unable", P::MachineCheck, ErrorPattern::Message("Unable to continue"), "error-type-machine-check-unable", Hardware, "error-type-step-machine-check",
        MACHINE, "Machine Check Exception: Unable to continue")),
    from_row(("machine-check-on-pcpu", P::MachineCheck, ErrorPattern::Message("Machine Check Exception on PCPU"), "error-type-machine-check-on-pcpu", Hardware, "error-type-step-machine-check",
        MACHINE, "Machine Check Exception on PCPU42 in world 10021342342")),
    from_row(("machine-check", P::MachineCheck, Kind, "exception-meaning-18", Hardware, "error-type-step-machine-check",
        MACHINE, "Machine Check Exception")),
    from_row(("simd-floating-point", P::SimdFloatingPoint, Kind, "exception-meaning-19", Vmkernel, "error-type-step-frames",
        SCREEN, "#XF Exception 19 in world 2098051:x IP 0x418001086455")),
    from_row(("nmi-lint1-iommu", P::NmiLint1, ErrorPattern::Frame("VTDIommuFaultHandler"), "error-type-iommu-fault", Driver, "error-type-step-iommu",
        IOMMU, "LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed\n[0x1]VTDIommuFaultHandler@vmkernel#nover+0x1")),
    from_row(("nmi-lint1-pcie", P::NmiLint1, ErrorPattern::Log("ApeiHESTNmiHandler requested"), "error-type-pcie", Hardware, "error-type-step-pcie",
        APEI, "LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed\ncpu0:2098206)NMI: 1031: ApeiHESTNmiHandler requested PSOD")),
    from_row(("nmi-lint1", P::NmiLint1, Kind, "error-type-nmi-lint1", Hardware, "error-type-step-hardware",
        LINT1, "LINT1/NMI (motherboard nonmaskable interrupt), undiagnosed. This may be a hardware problem; please contact your hardware vendor.")),
    from_row(("nmi-ipi", P::NmiIpi, Kind, "error-type-nmi-ipi", Unknown, "error-type-step-culprit",
        HALT, "NMI IPI: Panic requested by another PCPU. PC 0x420012341000, SP 0x453a89e41000 (Src 0x4, CPU0)")),
    from_row(("nmi-handler-pcie", P::NmiHandler, ErrorPattern::Log("ApeiHESTNmiHandler requested"), "error-type-pcie", Hardware, "error-type-step-pcie",
        APEI, "Panic requested by one or more 3rd party NMI handlers\ncpu0:2098206)NMI: 1031: ApeiHESTNmiHandler requested PSOD")),
    from_row(("nmi-handler", P::NmiHandler, Kind, "error-type-nmi-handler", Hardware, "error-type-step-hardware",
        HANDLER, "Panic requested by one or more 3rd party NMI handlers")),
    from_row(("tlb-ack-counted", P::TlbAck, ErrorPattern::Message("total of {n} locked up"), "error-type-tlb-ack-counted", Firmware, "error-type-step-silent",
        TLB, "PCPU 39 locked up. Failed to ack TLB invalidate (total of 1 locked up, PCPU(s): 39).")),
    from_row(("tlb-ack", P::TlbAck, Kind, "error-type-tlb-ack", Firmware, "error-type-step-silent",
        TLB, "PCPU 1 locked up. Failed to ack TLB invalidate.")),
    from_row(("no-heartbeat", P::NoHeartbeat, Kind, "error-type-no-heartbeat", Unknown, "error-type-step-culprit",
        HALT, "PCPU 0: no heartbeat, IPIs received (0/1).")),
    from_row(("spin-count-pcpu", P::SpinCount, ErrorPattern::Message("deadlock with PCPU"), "error-type-spin-count-pcpu", Unknown, "error-type-step-culprit",
        SPIN, "Spin count exceeded - possible deadlock with PCPU 12")),
    from_row(("spin-count-lock", P::SpinCount, ErrorPattern::Message("Spin count exceeded ("), "error-type-spin-count-lock", Vmkernel, "error-type-step-lock",
        SPIN, "Spin count exceeded (iplLock) - possible deadlock")),
    from_row(("spin-count", P::SpinCount, Kind, "error-type-spin-count", Vmkernel, "error-type-step-lock",
        SPIN, "Spin count exceeded - possible deadlock")),
    from_row(("assert-heap", P::Assert, ErrorPattern::Message("Usage error in dlmalloc"), "error-type-assert-heap", Vmkernel, "error-type-step-fault",
        ASSERT, "PANIC bora/vmkernel/main/dlmalloc.c:4924 - Usage error in dlmalloc")),
    from_row(("assert-not-reached", P::Assert, ErrorPattern::Message("NOT REACHED"), "error-type-assert-not-reached", Vmkernel, "error-type-step-assert",
        ASSERT, "Failed at bora/modules/vmkernel/cmmds/cmmds_audit.c:478 -- NOT REACHED")),
    from_row(("assert-module", P::Assert, ErrorPattern::Message("Failed at bora/modules/"), "error-type-assert-module", Vmkernel, "error-type-step-assert",
        ASSERT, "Failed at bora/modules/vmkernel/lsom/lsom_commit_flusher.c:2575 -- VMK_ASSERT(x)")),
    from_row(("assert-firewall", P::Assert, ErrorPattern::Message("PFSTATE_"), "error-type-assert-firewall", Vmkernel, "error-type-step-assert",
        ASSERT_FIREWALL, "line 12464 assert \"(s->state_flags & PFSTATE_TCP_HALF_OPEN) == 0\" failed")),
    from_row(("assert", P::Assert, Kind, "error-type-assert", Vmkernel, "error-type-step-assert",
        ASSERT, "ASSERT bora/vmkernel/main/pframe_int.h:527")),
    from_row(("not-implemented", P::NotImplemented, Kind, "error-type-not-implemented", Vmkernel, "error-type-step-assert",
        ASSERT, "NOT_IMPLEMENTED /build/mts/release/bora-84374/bora/vmkernel/main/util.c:83")),
    from_row(("verify", P::Verify, Kind, "error-type-verify", Vmkernel, "error-type-step-assert",
        ASSERT, "VERIFY bora/vmkernel/main/world.c:100")),
    from_row(("vmklinux-bug", P::VmklinuxBug, Kind, "error-type-vmklinux-bug", Driver, "error-type-step-driver",
        VMKLINUX, "BUG: failure at vmkdrivers/src_9/include/linux/if_vlan.h:425/vlan_put_tag()! (inside vmklinux)")),
    from_row(("iommu-unit", P::IommuFault, ErrorPattern::Message("IOMMU UNIT {n} did not complete"), "error-type-iommu-unit", Firmware, "error-type-step-firmware",
        IOMMU_WAIT, "IOMMU UNIT 15 did not complete processing of a queued invalidation wait descriptor after 4 secs.")),
    from_row(("iommu-fault", P::IommuFault, Kind, "error-type-iommu-fault", Driver, "error-type-step-iommu",
        IOMMU, "IOMMU Fault detected for 0000:da:00.0 (vmgfx0/x) IOaddr: 0xa1fc6a00")),
    from_row(("pci-error", P::PciError, Kind, "error-type-pci-error", Hardware, "error-type-step-pcie",
        &[new("394393"), both("333947", "1804")], "PCI bus error, undiagnosed")),
    from_row(("boot-device-lost", P::BootDeviceLost, Kind, "error-type-boot-device-lost", Hardware, "error-type-step-boot-device",
        &[new("380716")], "CRITICAL: Lost access to boot device 'eui.1' - All paths are down")),
    from_row(("hardware-mismatch", P::HardwareMismatch, Kind, "error-type-hardware-mismatch", Hardware, "error-type-step-firmware",
        SCREEN, "HW feature incompatibility detected; cannot start")),
    from_row(("secure-boot-time", P::SecureBoot, ErrorPattern::Message("failed at time"), "error-type-secure-boot-time", Firmware, "error-type-step-clock",
        &[new("382784")], "UEFI secure boot failed at time 2023-01-01 T 00:00:00")),
    from_row(("secure-boot", P::SecureBoot, Kind, "error-type-secure-boot", Firmware, "error-type-step-secure-boot",
        &[new("414701"), new("382784")], "UEFI Secure Boot failed:")),
    from_row(("security-violation", P::SecurityViolation, Kind, "error-type-security-violation", Firmware, "error-type-step-security",
        SECURITY, "Unable to restore system configuration. A security violation was detected")),
    from_row(("deliberate", P::Deliberate, Kind, "error-type-deliberate", Deliberate, "error-type-step-deliberate",
        &[both("344096", "1014767")], "CrashMe")),
    from_row(("cos-oops", P::CosOops, Kind, "error-type-cos-oops", Driver, "error-type-step-console",
        CONSOLE, "COS Error: Oops")),
    from_row(("cos-panic", P::CosPanic, Kind, "error-type-cos-panic", Driver, "error-type-step-console",
        CONSOLE, "COS Panic: Int3 @ mp_register_ioapic")),
    from_row(("lost-heartbeat", P::LostHeartbeat, Kind, "error-type-lost-heartbeat", Unknown, "error-type-step-console-memory",
        HEARTBEAT, "Lost heartbeat")),
    from_row(("arm-exception", P::ArmException, Kind, "error-type-arm-exception", Unknown, "error-type-step-arm",
        SCREEN, "EXCVEC_CUREL_SP_EL0_SYNCH Exception 0 in world 131126:HELPER_UPLIN (ec 0x25 il 1 iss 0x47 far_el1 0x315d3541b8 far_el2 0x4501843b1000)")),
    OTHER,
];

impl ErrorType {
    /// Every type of error, those of a kind from the most to the least specific.
    pub const ALL: &[ErrorType] = ROWS;
}

/// The most specific type of error that holds; `other` for a crash without a kind.
pub fn error_type_of(crash: &Crash) -> &'static ErrorType {
    let kind = crash.kind().unwrap_or_default();
    let mut of_kind = ErrorType::ALL.iter().filter(|row| row.kind == kind);
    // Every kind has a row that always holds, which a test proves.
    of_kind.find(|row| row.pattern.holds(crash)).unwrap_or(&OTHER)
}

#[cfg(test)]
mod tests {
    use super::super::error_types::Side;
    use strum::VariantArray;

    use super::*;
    use crate::crash::PanicKind;
    use crate::message::{Catalog, Language};
    use crate::read::crashes_in_text;

    #[test]
    fn every_sample_is_of_its_own_type() {
        for row in ErrorType::ALL {
            let found = crashes_in_text(&format!("@BlueScreen: {}\n", row.sample));
            let crash = &found.first().expect(row.sample).crash;
            assert_eq!(error_type_of(crash).code, row.code, "{crash:?}");
        }
    }

    #[test]
    fn every_kind_ends_with_a_row_that_always_holds() {
        for kind in PanicKind::ALL {
            let rows: Vec<&ErrorType> =
                ErrorType::ALL.iter().filter(|row| row.kind == *kind).collect();
            let (last, others) = rows.split_last().expect("a row");
            assert!(matches!(last.pattern, ErrorPattern::Kind), "{}", last.code);
            assert_eq!(last.code, kind.as_str());
            assert!(
                !others.iter().any(|row| matches!(row.pattern, ErrorPattern::Kind)),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn codes_are_unique_and_every_row_has_texts_and_articles() {
        for (index, row) in ErrorType::ALL.iter().enumerate() {
            let others = &ErrorType::ALL[index + 1..];
            assert!(!others.iter().any(|other| other.code == row.code), "{}", row.code);
            assert!(!row.articles.is_empty(), "{}", row.code);
            for article in row.articles {
                assert!(article.id.or(article.legacy_id).is_some(), "{}", row.code);
            }
            for language in [Language::English, Language::Japanese] {
                for key in [row.meaning, row.first_steps, row.side.key()] {
                    assert!(Catalog::of(language).has(key), "{key} in {language:?}");
                }
            }
        }
        assert!(Side::VARIANTS.iter().all(|side| Catalog::english().has(side.key())));
    }

    #[test]
    fn every_text_of_an_error_type_is_used() {
        let table = include_str!("../../locales/en/exception.ftl");
        let keys = table.lines().filter_map(|line| line.split_once(" =").map(|(key, _)| key));
        for key in keys.filter(|key| key.starts_with("error-type-")) {
            let used =
                ErrorType::ALL.iter().any(|row| row.meaning == key || row.first_steps == key)
                    || Side::VARIANTS.iter().any(|side| side.key() == key);
            assert!(used, "{key}");
        }
    }

    #[test]
    fn a_crash_without_a_message_has_a_type_too() {
        assert_eq!(error_type_of(&Crash::default()).code, "other");
    }

    /// The keys of a table with the placeholders of their texts.
    fn placeholders(table: &'static str) -> Vec<(&'static str, Vec<&'static str>)> {
        let rows = table.lines().filter_map(|line| line.split_once(" = "));
        let rows = rows.filter(|(key, _)| key.starts_with(|c: char| c.is_ascii_lowercase()));
        rows.map(|(key, text)| {
            let names = text.split("{ $").skip(1);
            let names = names.filter_map(|rest| rest.split_once(" }").map(|(name, _)| name));
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            (key, names)
        })
        .collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_placeholders() {
        let english = placeholders(include_str!("../../locales/en/exception.ftl"));
        let japanese = placeholders(include_str!("../../locales/ja/exception.ftl"));
        assert!(english.len() > 100);
        assert_eq!(english, japanese);
    }
}
