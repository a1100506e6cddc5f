#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets again, out of the crash texts and issues of the repository.

Files whose names begin with `found-` are inputs that a target has failed on; they are kept.
"""

import json
import re
import struct
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
SEEDS = HERE / "seeds"
BETWEEN = b"\n====\n"
SMALL = 3000

HOSTILE = """\
VMware ESXi 7.0.3 [Releasebuild-18644231 x86_64]
#PF Exception 14 in world 2097460:vmm0:\x1b[2J\u202e<script>`*_ IP 0x42002b65ad3b addr 0x8
cr0=0x8001003d cr2=0x8 cr3=0x19 cr4=0x42768
*PCPU0:2097460/vmm0:\u061c\u00ad\u2028</pre>
0x451a0919bc80:[0x42002b65ad3b]https://example.org/\u202e\x1b[31m@(i40en)#<None>+0x1f stack: 0x0
see https://example.org/\u202e\x1b]0;title\x07 and \ufff9\U000e0041
"""

VERSIONS = [
    (">= 2.4.1.0, < 3", "2.10.0.0"),
    ("= 900.14.4.390.20", "v900.14.4.390.20"),
    (">= 12.8.351.30-1OEM.700.1.0.15843807", "12.8.351.30-1OEM.700.1.0.15843807"),
    ("12.8.351.30-1oem.*.15843807", "12.8.351.30-1OEM.700.1.0.15843807"),
    ("12.8.*, < 12.8.400", "12.8.351.30"),
    (">= 2.4.1.0", "2.4.#.0"),
    (">= 2.4.*", "8.0.2-23400000"),
    ("lock <hex> held by PCPU <n>*", "Lock 0x1f held by PCPU 12 for 3 s"),
    ("i40en*", "i40en_ens"),
]

NAMES = [
    "*0:1107/vmm0:Payroll 1:1/x\nworld 2098051:vmx-vcpu-0:DC02",
    "write to admin@corp.example, please\nhost 10.20.30.40 and 10.20.30.41",
    "from fe80::1ff:fe23:4567:890a to ::1\nmac 00:50:56:ab:cd:ef",
    'Serial Number: "VMW1234567"\ndev naa.6000c29f00112233 eui.0123456789abcdef',
    "on esx01.corp.local now, key AAAAA-BBBBB-CCCCC-DDDDD-00000 is",
    "uuid 564d1234-ab12-cd34-ef56-001122334455 and 4c4c4544-0042 #### vm-3fa2c1",
    "vmm0:vmm1:a vmx:b,mks:c;vmm0:host-012345 ip-012345 1.2.3.4,1.2.3.4;1.2.3.4",
]


def write(target, name, content):
    path = SEEDS / target / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def texts(directory, every):
    """The texts below their headers, of small files, one of `every`."""
    files = [path for path in sorted((ROOT / directory).iterdir()) if path.is_file()]
    small = [path for path in files if path.stat().st_size < SMALL]
    for path in small[::every]:
        yield path.name, path.read_bytes().split(b"\n\n", 1)[-1]


def issues():
    """Small issue files, each with a crash text."""
    files = sorted((ROOT / "kb/issues").glob("*.md"), key=lambda path: (path.stat().st_size, path))
    for path in files[:12]:
        crashes = sorted((ROOT / "kb/crashes").glob(f"{path.stem}-*.txt"))
        crash = crashes[0].read_bytes() if crashes else b"EXPECT: none\n\n"
        yield path.name, path.read_bytes() + BETWEEN + crash[:SMALL]


def signatures():
    """The examples of the page about the signature language."""
    page = (ROOT / "docs/signatures.md").read_text()
    pairs = re.findall(r"```toml\n(.*?)```\n```text\n(.*?)```", page, re.DOTALL)
    for number, (signature, crash) in enumerate(pairs):
        yield f"example-{number:02}.txt", signature.encode() + BETWEEN + crash.encode()


def machine_checks():
    """Every third decoded status: what is known, bank, family, six registers, printed words."""
    rows = (ROOT / "tests/data/machine-checks.jsonl").read_text().splitlines()
    for number, line in enumerate(rows[::3]):
        row = json.loads(line)
        value = lambda name: int(row[name], 16) if row.get(name) else 0
        vendor = 1 if row["vendor"] == "intel" else 2
        registers = [value(name) for name in ("status", "none", "addr", "misc", "mcg", "ipid")]
        known = vendor | 4 | 8 | 16 | 32 | (64 if registers[5] else 0) | 128
        words = b"UC\nMemory Controller Read Error on Channel 1.\x1b[2J"
        packed = struct.pack("<3B6Q", known, number, 6 if vendor == 1 else 0x19, *registers)
        yield f"status-{number:02}", packed + words
    yield "masked", b"9c0000####0091"


def sources():
    for path in sorted((ROOT / "tests/corpus/sources").iterdir()):
        if path.is_file() and path.stat().st_size < 4000:
            yield path.name, path.read_bytes()


def pairs():
    for number, (asked, printed) in enumerate(VERSIONS):
        yield f"pair-{number}.txt", asked.encode() + BETWEEN + printed.encode()


TARGETS = {
    "text": lambda: texts("tests/corpus", 9),
    "render": lambda: [("hostile.txt", HOSTILE.encode()), *texts("tests/corpus", 25)],
    "archive": sources,
    "issue": issues,
    "signature": signatures,
    "versions": pairs,
    "redaction": lambda: [(f"names-{n}.txt", text.encode()) for n, text in enumerate(NAMES)],
    "machine_check": machine_checks,
    "matching": lambda: [*texts("kb/crashes", 5), *texts("kb/near", 4)],
}

for target, seeds in TARGETS.items():
    for old in (SEEDS / target).glob("*"):
        if not old.name.startswith("found-"):
            old.unlink()
    for name, content in seeds():
        write(target, name, content)
