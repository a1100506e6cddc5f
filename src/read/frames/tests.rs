use super::*;

/// Writes the compared parts of a frame as `role function|module|version|offset|stack words`.
#[track_caller]
fn check(body: &str, expected: &str) {
    let found = match parse_certain_frame(body).or_else(|| parse_bare_frame(body)) {
        None => "none".to_owned(),
        Some(parsed) => {
            let frame = &parsed.frame;
            format!(
                "{} {:?} {}|{}|{}|{}|{}",
                if parsed.certain { "Certain" } else { "Likely" },
                frame.role,
                frame.function.as_deref().unwrap_or("-"),
                frame.module.as_deref().unwrap_or("-"),
                frame.version.as_deref().unwrap_or("-"),
                frame.offset.map_or("-".into(), |offset| offset.to_string()),
                frame.stack.len()
            )
        }
    };
    assert_eq!(found, expected, "{body}");
}

#[test]
fn every_generation_is_read() {
    check(
        "0x3a37f48:[0x64bfa4]TLBDoInvalidate+0x38f stack: 0x3a37f54, 0x40, 0x2",
        "Certain Story TLBDoInvalidate|-|-|0x38f|3",
    );
    check(
        "0x417f808c7c30:[0x418029c15c43]DLM_free@vmkernel:nover+0x10a stack: 0x4100a3802010",
        "Certain Story DLM_free|vmkernel|nover|0x10a|1",
    );
    check(
        "0x412300b07468:[0x4180368cbfb3]netdev_tx@com.vmware.driverAPI#9.2+0x846 stack: 0x412300b074f8, 0x1,",
        "Certain Story netdev_tx|com.vmware.driverAPI|9.2|0x846|2",
    );
    check(
        "0x412300b075c8:[0x418036a2f2c0]NetSchedSFQInput@<None>#<None>+0x21b stack: 0x0",
        "Certain Story NetSchedSFQInput|-|-|0x21b|1",
    );
    check(
        "0x453949a1be20:[0x42002b65ad3b]i40en_UplinkPrivStatsGet@(i40en)#<None>+0x45f stack: 0x4307b3a7e050",
        "Certain Story i40en_UplinkPrivStatsGet|i40en|-|0x45f|1",
    );
    check(
        "[0x42001ab7c298]PFrame_IsBackedByLPage@vmkernel#nover+0x0",
        "Certain Story PFrame_IsBackedByLPage|vmkernel|nover|0x0|0",
    );
}

#[test]
fn damage_is_survived() {
    check(
        "0xnnnnnnnn :[ 0xnnnnnnnn ]Panic_Exception@vmkernel#nover+0x258",
        "Certain Story Panic_Exception|vmkernel|nover|0x258|0",
    );
    check(
        "0xADDRESS1:[0xADDRESS2]PanicvPanicInt@vmkernel#nover+0x202 stack: 0xADDRESS3",
        "Certain Story PanicvPanicInt|vmkernel|nover|0x202|1",
    );
    check(
        "0x43919809b4a0:[0x41800a325397][email protected]#v2_3_0_0+0x3b stack:",
        "Certain Story -|-|v2_3_0_0|0x3b|0",
    );
    check(
        "0x41229eb9b950:[0x41801d1e5fd8]EtherswitchPortDispatch@#+0x13bb stack: 0x1",
        "Certain Story EtherswitchPortDispatch|-|-|0x13bb|1",
    );
    check(
        "0x####### : [0x#######]xhci_conf igure_msg@(vmkusb)#<None>+0x1c6 stack: 0x#######",
        "Certain Story xhci_configure_msg|vmkusb|-|0x1c6|1",
    );
    check(
        "0x45390626b33:[0x42000176ce5b]Hea p_Free+0x130 stack: 0x0",
        "Certain Story Heap_Free|-|-|0x130|1",
    );
    check(
        "#1 0x0000418012343ffa in Heap _Free (heap=0x431a455dc000) at bora/heap.c:4314",
        "Certain Story Heap_Free|-|-|-|0",
    );
    check(
        "TimerAlloc@vmkernel#nover+0xnn stack: 0xnn",
        "Certain Story TimerAlloc|vmkernel|nover|-|1",
    );
}

#[test]
fn noise_is_kept_with_its_role() {
    check(
        "0x3a38000:[0x0]blk_dev+0xfd76461f stack: 0x0, 0x0, 0x0",
        "Certain Noise blk_dev|-|-|0xfd76461f|3",
    );
    check(
        "0x4180292c8000:[0xfffffffffc22633b]__vmk_versionInfo_str@#+0xd2f5e33b stack: 0x0",
        "Certain Noise __vmk_versionInfo_str|-|-|0xd2f5e33b|1",
    );
    check("0x41229eb9bff8:[0x0] stack: 0x0", "Certain Noise -|-|-|-|1");
    check("0x4100c0457ff8:[0x0]Unknown stack: 0x0", "Certain Noise -|-|-|-|1");
    check("0xfffffffffc0863d8:[0xfffffffffc22633b]<unknown> stack: 0x0", "Certain Story -|-|-|-|1");
}

#[test]
fn debuggers_and_bare_names_are_read() {
    check(
        "#1 0x0000418012343ffa in Heap_Free (heap=0x431a455dc000) at bora/vmkernel/main/heap.c:4314",
        "Certain Story Heap_Free|-|-|-|0",
    );
    // A page has eaten the blanks.
    check(
        "#00x0000418012343ffainHeap_Free(heap=0x431a455dc000)atbora/vmkernel/main/heap.c:4314",
        "Certain Story Heap_Free|-|-|-|0",
    );
    check("#110x0000418012343ffainLinux_Main(x)", "Certain Story Linux_Main|-|-|-|0");
    check("#0  DLM_free (msp=..., mem=...)", "Certain Story DLM_free|-|-|-|0");
    check("qla24xxMsixRspQ", "Likely Story qla24xxMsixRspQ|-|-|-|0");
    check("lpfc_external_dif_cmpl()", "Likely Story lpfc_external_dif_cmpl|-|-|-|0");
    check("CpuSched_StartWorld@vmkernel", "Certain Story CpuSched_StartWorld|vmkernel|-|-|0");
}

#[test]
fn other_lines_are_no_frames() {
    for body in [
        "Backtrace:",
        "Exit",
        "somebody@example.com",
        "*0:1037/helper1-4 1:1107/vmm0:Fagi",
        "NMI IPI received. Was eip(base):ebp:cs [0x7eb2e(0x418009600000):0x4122c2307688:0x4010]",
        "[ 0]     4501843b0000 [ 1]                0",
        "#1 Check iDRAC (see the manual)",
        "",
    ] {
        check(body, "none");
    }
}
