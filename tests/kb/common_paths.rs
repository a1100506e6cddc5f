//! Kernel paths that many bugs are called through, without the function that fails: whatever known
//! issue has been on such a path, it is not proven.

use psod_match::diagnose::recognise;
use psod_match::matching::Verdict;

/// Checks that a crash with these functions, made up, is not a match.
#[track_caller]
fn check(message: &str, functions: &str) {
    let frames = functions.split_whitespace().enumerate().map(|(index, function)| {
        format!("0x45390391b{index:03x}:[0x42003811{index:04x}]{function}@vmkernel#nover+0x3c\n")
    });
    let text = format!("@BlueScreen: {message}\n{}", frames.collect::<String>());
    let found = recognise(&text).expect("an answer");
    assert_eq!(found.len(), 1, "{text}");
    assert_ne!(found[0].verdict, Verdict::Match, "{text}{:?}", found[0].matches.first());
}

const PAGE_FAULT: &str =
    "#PF Exception 14 in world 33101:helper IP 0x4180182f4948 addr 0x4108fffffff0";
const PROTECTION: &str = "#GP Exception 13 in world 4376:usb @ 0x418029c15c43";
const IPI: &str = "NMI IPI: Panic requested by another PCPU. RIPOFF(base):RBP:CS \
    [0xc42ce(0x418002400000):0x43190b62a500:0xfc8] (Src 0x4, CPU0)";

#[test]
fn a_common_path_below_another_function_proves_nothing() {
    check(
        PAGE_FAULT,
        "OtherRxRing IOChain_Resume PortOutput EtherswitchForwardLeafPorts EtherswitchPortDispatch \
         Port_InputResume vmk_PortInput VdrTxDispatchQueueDrain VdrProcessPackets",
    );
    check(IPI, "BitVector_NextBit BitVector_NextExtent OtherBitmap_Scan OtherWorld");
    check(
        PROTECTION,
        "usb_unbind_interface __device_release_driver device_release_driver bus_remove_device \
         device_del usb_disable_device usb_disconnect",
    );
    check(
        PAGE_FAULT,
        "AsyncPopCallbackFrameInt FS_IOAccessDone AsyncPopCallbackFrameInt FDSAsyncTokenIODone \
         SCSICompleteDeviceCommand SCSICompletePathCommand",
    );
    check("NOT_IMPLEMENTED bora/vmkernel/main/world.c:2300", "InitTable_Cleanup World_TryReap");
    check(PAGE_FAULT, "OtherTimer_Set Timer_AddTCWithLockDomain Timer_AddTC");
    check(PAGE_FAULT, "VMKAcpiPciNotifyHandler AcpiEvNotifyDispatch AcpiOsExecuteWrapper");
    check(
        PAGE_FAULT,
        "otherdrv_xmit UplinkDevTransmit NetSchedSFQRunLocked NetSchedSFQInput TeamOutputPerFrame",
    );
}
