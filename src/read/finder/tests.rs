use super::super::formats::PARSED;
use super::super::scan::{Scan, crashes_in_text};
use super::*;

/// Checks the lines where crashes start.
#[track_caller]
fn check(text: &str, expected: &[usize]) {
    let lines: Vec<usize> = crashes_in_text(text).iter().map(|found| found.line).collect();
    assert_eq!(lines, expected, "{text}");
}

const SCREEN: &str = "VMware ESX Server [Releasebuild-98103]\n\
    PCPU 1 locked up. Failed to ack TLB invalidate.\n\
    0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54, 0x40, 0x2\n\
    0x3a37f70:[0x66da4d]XMapForceFlush+0x64 stack: 0x0, 0x4d3a, 0x0\n\
    VMK uptime: 7:05:43:45.014 TSC: 1751259712918392\n";

#[test]
fn a_screen_is_one_crash_and_two_screens_are_two() {
    check(SCREEN, &[1]);
    check(&format!("{SCREEN}{SCREEN}"), &[1, 6]);
    check(&format!("some words\n\n{SCREEN}"), &[3]);
}

#[test]
fn text_without_a_crash_has_none() {
    check("", &[]);
    check("VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n", &[]);
    check("2017-01-03T17:45:49.660Z cpu7:69126)ScsiDeviceIO: 1: done\n", &[]);
    // What a page says of a class, and what a log says of a handler, whose prefix was left out.
    check("Exception type 14 in Foo\n", &[]);
    check("Report\n- Exception type 13 at Main.java:[line 12]\nMetrics\n", &[]);
    let header = "VMware ESXi 7.0.3 [Releasebuild-23307199 x86_64]\n";
    check(&format!("{header}NMI: 1031: ApeiHESTNmiHandler requested PSOD\n"), &[]);
    check(&format!("{header}WARNING: NMI: 1031: one of the handlers requested PSOD\n"), &[]);
    check(&format!("{header}Two filesystems with the same UUID have been detected\n"), &[1]);
}

const FRAME: &str = "0x4539d9a1be60:[0x420012345678]Pf_Lookup@vsip#1+0x12 stack: 0x0";

#[test]
fn one_whole_frame_is_a_crash_where_nothing_else_stands_or_a_clock_in_front() {
    let log = "2024-05-14T11:55:22.996Z cpu43:2155366)";
    check(FRAME, &[1]);
    check(&format!("\n{log}{FRAME}\n"), &[2]);
    check("0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54\n", &[1]);
    check(&format!("Backtrace for current CPU #8, worldID=2097296, fp=0x0\n{FRAME}\n"), &[1]);
    let lines = format!("{log}Vol3: 1: done\n{log}{FRAME}\n{log}Vol3: 2: done\n");
    check(&lines, &[]);
    check(&format!("The host stopped in\n{FRAME}\n"), &[]);
    check("PanicvPanicInt\n", &[]);
    let clock = "Code start: 0x42352e701000 VMK uptime: 37:03:34:47.785";
    check(&format!("{log}Vol3: 1: done\n{log}{clock}\n{log}{FRAME}\n"), &[2]);
    check(&format!("{log}{clock}\n{log}Vol3: 1: done\n{log}{FRAME}\n"), &[]);
}

#[test]
fn names_with_a_blank_inside_are_names_beside_bare_names() {
    let whole = ["ISched_SysServiceDone", "ITimerWheelHandler", "BH_Handler"];
    let text = "#PF Exception 14 in world 1:vm\nISched_Sy sServiceDone\nITimerWheelHandler\n\
        BH_Han dler\n";
    assert_eq!(names(text), whole);
    let text = "ISched_SysServiceDone\nITimerWheel Handler\nBH _Handler\n";
    assert_eq!(names(text), whole);
    let text = "@BlueScreen: CrashMe\nISched_SysServiceDone\nplease help\nour_host hangs now\n";
    assert_eq!(names(text), whole[..1]);
    let text = "@BlueScreen: CrashMe\nFoo_Bar BH_Check\nISched_SysServiceDone\nsee_also above\n";
    assert_eq!(names(text), whole[..1]);
}

/// The functions of the first crash.
fn names(text: &str) -> Vec<String> {
    let found = crashes_in_text(text).into_iter().next().expect("a crash").crash;
    found.backtrace.into_iter().filter_map(|frame| frame.function).collect()
}

#[test]
fn a_message_repeated_by_the_log_stays_in_its_crash() {
    check(
        "cpu78:2098897)Panic: 589: Panic from another CPU (cpu 78, world 2098897): ip=0x1:\n\
         PCPU 118: no heartbeat (3/3 IPIs received)\n\
         cpu78:2098897)0x453bb891bda8:[0x420002512369]Timer_GetCycles@vmkernel#nover+0x2 stack: 0x0\n\
         cpu78:2098897)@BlueScreen: PCPU 118: no heartbeat (3/3 IPIs received)\n",
        &[2],
    );
}

#[test]
fn different_messages_are_different_crashes() {
    check(
        "@BlueScreen: CrashMe\n[0x1]A_b@vmkernel#nover+0x0\n@BlueScreen: PCI bus error, undiagnosed\n",
        &[1, 3],
    );
}

#[test]
fn a_crash_that_never_ends_is_cut_and_says_so() {
    let limits = Limits { region_lines: 3, ..Limits::default() };
    let mut found = Vec::new();
    let mut scan = Scan::new(&limits);
    scan.push(SCREEN.as_bytes(), &mut |crash| found.push(crash));
    scan.finish(&mut |crash| found.push(crash));
    assert_eq!(found[0].limits, [Bound::RegionLines]);
}

#[test]
fn a_text_of_names_alone_is_a_backtrace() {
    check("lpfc_external_dif_cmpl\n", &[1]);
    check("\n- PFrame_IsBackedByLPage\n- panic\n- VmMemCowPShareFn\n", &[2]);
    check("lpfc_external_dif_cmpl\nis what the host stopped in\n", &[]);
    check("panic\nidle\n", &[]);
    check(&"some_name\n".repeat(65), &[]);
}

/// The number of lines that reading `text` parses.
fn parsed_lines(text: &str) -> usize {
    let before = PARSED.get();
    crashes_in_text(text);
    PARSED.get() - before
}

const LOG_LINE: &str = "2024-06-21T21:50:40.305Z cpu3:2097152)ScsiDeviceIO: 1: done\n";

#[test]
fn each_line_is_parsed_once() {
    assert_eq!(parsed_lines(SCREEN), SCREEN.lines().count());
    assert_eq!(parsed_lines(LOG_LINE), 1);
}

#[test]
fn a_long_log_is_parsed_only_around_its_crash() {
    let log = LOG_LINE.repeat(100 * 1024 / LOG_LINE.len());
    assert_eq!(parsed_lines(&log), 0);
    let around = parsed_lines(&format!("{log}{SCREEN}{log}"));
    let most = Limits::default().gap_lines + 3 * Limits::default().context_lines;
    assert!(around as u64 <= most, "{around}");
    let line = log.lines().count() + 1;
    check(&format!("{log}{SCREEN}{log}"), &[line]);
}
