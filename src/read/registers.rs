//! The lines that print registers, in every generation's form.

/// Register names that a screen of an x86 host prints, from 2.x to 9.x.
const REGISTERS: &[&str] = &[
    "gate", "frame", "eip", "ip", "cr0", "cr2", "cr3", "cr4", "eax", "ebx", "ecx", "edx", "es",
    "ds", "fs", "gs", "ebp", "esi", "edi", "err", "ef", "eflags", "rflags", "rax", "rbx", "rcx",
    "rdx", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rsp", "rip",
];

/// Register names that ESXi on ARM prints.
const ARM_REGISTERS: &[&str] = &["TTB", "CurrentEL", "SCTLR_EL2"];

/// Names before a colon, from 4.x on: `PTEs:0x8442d5027;0x383f35027;0x0;`, `FSbase:0x0 GSbase:0x0`.
const COLON_REGISTERS: &[&str] = &["PTEs", "lastClrIntrRA", "FSbase", "GSbase", "kernelGSbase"];

/// Reads `cr0=0x80010031 cr2=0x29bbd000 …`: names and values as printed.
pub(super) fn parse_registers(body: &str) -> Option<Vec<(String, String)>> {
    colon_registers(body)
        .or_else(|| world_registers(body))
        .or_else(|| arm_registers(body))
        .or_else(|| equal_registers(body))
        .filter(|values| !values.is_empty())
}

/// `PTEs:…`, `FSbase:0x0 …` and `LBR: from 0x41803645e825 to 0x41803645e7e1`.
fn colon_registers(body: &str) -> Option<Vec<(String, String)>> {
    if let Some(branch) = body.strip_prefix("LBR:") {
        return Some(vec![("lbr".to_owned(), branch.trim().to_owned())]);
    }
    if !COLON_REGISTERS.iter().any(|name| body.starts_with(name)) {
        return None;
    }
    let values = body
        .split_whitespace()
        .filter_map(|word| word.split_once(':'))
        .filter(|(name, value)| COLON_REGISTERS.contains(name) && !value.is_empty())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    Some(values.collect())
}

/// `World: 9732: CR0 0x80050033 CR3 0x80ed16f000`, `World: 7107: TR 0x110 GDT 0x412300b1f000 (0x401f)`.
fn world_registers(body: &str) -> Option<Vec<(String, String)>> {
    let rest = body.strip_prefix("World: ")?;
    let words: Vec<&str> = rest.split_once(": ")?.1.split_whitespace().collect();
    let pairs = words
        .windows(2)
        .filter(|pair| WORLD_REGISTERS.contains(&pair[0]) && pair[1].starts_with("0x"));
    Some(pairs.map(|pair| (pair[0].to_ascii_lowercase(), pair[1].to_owned())).collect())
}

/// `[ 0]     4501843b0000 [ 1]                0`, `[pc] … [sp] … [psr] …`: hexadecimal without a mark.
fn arm_registers(body: &str) -> Option<Vec<(String, String)>> {
    if !body.starts_with('[') {
        return None;
    }
    let mut values = Vec::new();
    for entry in body.split('[').skip(1) {
        let (name, value) = entry.split_once(']')?;
        let (name, value) = (name.trim(), value.trim());
        let number: Option<u8> = name.parse().ok().filter(|number| *number <= 31);
        let named = matches!(name, "pc" | "sp" | "psr" | "lr");
        let digits = !value.is_empty() && value.bytes().all(|c| c.is_ascii_hexdigit());
        if !digits || !(named || number.is_some()) {
            return None;
        }
        let name = number.map_or_else(|| name.to_owned(), |number| format!("x{number}"));
        values.push((name, format!("0x{value}")));
    }
    Some(values)
}

/// Names in the lines that a log prints of the panicking world.
const WORLD_REGISTERS: &[&str] =
    &["PRDA", "ss", "ds", "es", "fs", "gs", "TR", "GDT", "IDT", "CR0", "CR2", "CR3", "CR4"];

/// `cr0=0x80010031 cr2=0x29bbd000 …`; from 6.x on also `base fs=0x0 gs=0x418041800000 Kgs=0x0.`
fn equal_registers(body: &str) -> Option<Vec<(String, String)>> {
    let (prefix, rest) = match body.strip_prefix("base ") {
        Some(rest) => ("base-", rest),
        None => ("", body),
    };
    let first = rest.split_whitespace().next()?;
    if !first.split_once('=').is_some_and(|(name, _)| is_register(name)) {
        return None;
    }
    let mut values = Vec::new();
    for word in rest.split_whitespace() {
        let Some((name, value)) = word.split_once('=') else {
            continue;
        };
        let known = is_register(name) || (prefix == "base-" && name == "Kgs");
        if known && !value.is_empty() {
            let value = value.trim_end_matches(['.', ',']);
            values.push((format!("{prefix}{}", name.to_ascii_lowercase()), value.to_owned()));
        }
    }
    Some(values)
}

fn is_register(name: &str) -> bool {
    REGISTERS.contains(&name) || ARM_REGISTERS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_keep_their_printed_values() {
        let found =
            parse_registers("ebp=0x3a37ef4 esi=0xffffffff edi=0xffffffff err=-1 eflags=0xffffffff")
                .expect("registers");
        assert_eq!(found[0], ("ebp".into(), "0x3a37ef4".into()));
        assert_eq!(found[3], ("err".into(), "-1".into()));
        assert!(parse_registers("worldID=8236, ebp=0x1").is_none());
        let base = parse_registers("base fs=0x0 gs=0x418041800000 Kgs=0x0.").expect("registers");
        assert_eq!(base[2], ("base-kgs".into(), "0x0".into()));
    }

    #[test]
    fn registers_of_other_generations_are_read() {
        assert_eq!(written("PTEs:0x8442d5027;0x0;"), ["ptes=0x8442d5027;0x0;"]);
        assert_eq!(
            written("World: 9732: CR0 0x80050033 CR3 0x80ed16f000"),
            ["cr0=0x80050033", "cr3=0x80ed16f000"]
        );
        assert_eq!(
            written("[ 0]     4501843b0000 [pc]   42003b3ceb68"),
            ["x0=0x4501843b0000", "pc=0x42003b3ceb68"]
        );
        assert_eq!(
            written("LBR: from 0x41803645e825 to 0x41803645e7e1"),
            ["lbr=from 0x41803645e825 to 0x41803645e7e1"]
        );
        assert!(written("World: 4312: Cmd(0x45b) 0x1a, CmdSN 0x1f from world 1").is_empty());
    }

    fn written(body: &str) -> Vec<String> {
        let found = parse_registers(body).unwrap_or_default();
        found.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }
}
