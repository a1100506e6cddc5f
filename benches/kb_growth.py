#!/usr/bin/env python3
"""Measures how `kb lint` and `kb test` grow with the number of issues.

    python3 benches/kb_growth.py target/release/psod-match [ISSUES ...]

Writes a made-up knowledge base for each number of ISSUES (500 1000 5000) into a temporary directory,
the same one in every run, and compiles it. Prints the CPU seconds of each command and, from the
second row on, by how much they grew for each doubling of the issues: 2.0 is linear, 4.0 quadratic.

Names are shared as in the shipped files. A stack has plumbing that every crash may print, functions
of its subsystem that a few dozen issues print, and one to three functions of its own. Half of the
crashes are page faults with one and the same message but for its numbers. One issue in eight has a
message of its own and no frames.
"""

import math
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

PLUMBING = [
    "PortOutput", "IOChain_Resume", "Port_InputResume", "EtherswitchPortDispatch", "Heap_Free",
    "DLM_free", "SP_WaitLock", "TLBDoInvalidate", "BH_Check", "CpuSchedDispatch", "CpuSchedWait",
]
STARTS = ["Net", "Vmfs", "Fil6", "SCSI", "NMP", "World", "Nfs41", "Lsom", "Plog", "Vdl2", "qfle3", "nmlx5"]
VERBS = ["Flush", "Lock", "Queue", "Drain", "Start", "Wait", "Submit", "Abort", "Reset", "Lookup", "Parse"]
NOUNS = ["Buffer", "Entry", "Page", "Ring", "Cmd", "Token", "Handle", "Node", "Path", "Port", "Frame"]
# Issues that share the functions of one subsystem.
SUBSYSTEM = 25
MESSAGES = [
    ("page-fault", 5, "#PF Exception 14 in world {n}:{world} IP 0x4200{x:08x} addr 0x{n:x}"),
    ("general-protection", 2, "#GP Exception 13 in world {n}:{world} @ 0x4200{x:08x}"),
    ("no-heartbeat", 2, "PCPU {c}: no heartbeat (2/2 IPIs received)"),
    ("tlb-ack", 1, "PCPU {c} locked up. Failed to ack TLB invalidate (total of 1 locked up, PCPU(s): {c})."),
]

ISSUE = """+++
schema = 1
id = "TEAM-{number:04}"
title = "Made-up issue {number}"
title_ja = "架空の問題 {number}"
fix_ja = "更新します。"
status = "test"
author = "made up"
created = 2026-11-23

[affected]
lines = ["8.0"]

[[signatures]]
name = "main"
{asked}
+++

## Cause

Nothing.

## Fix

Nothing.
"""


def name(choose, number):
    return f"{choose.choice(STARTS)}{choose.choice(VERBS)}{choose.choice(NOUNS)}{number}"


def write_issue(number, directory):
    choose = random.Random(number)
    group = number // SUBSYSTEM
    shared = [name(random.Random(f"{group} {place}"), f"G{group}x{place}") for place in range(8)]
    own = [name(choose, f"I{number}x{place}") for place in range(choose.randint(1, 3))]
    frames = own + choose.sample(shared, 4) + choose.sample(PLUMBING, 3)
    is_text = number % 8 == 0
    if is_text:
        message = f"{choose.choice(NOUNS)} {number:x}q of {choose.choice(STARTS)} was {choose.choice(VERBS)}ed twice"
        asked = f'messages = ["{message}"]'
    else:
        kind, _, message = choose.choices(MESSAGES, [weight for _, weight, _ in MESSAGES])[0]
        names = ", ".join(f'"{frame}@vmkernel"' for frame in frames[:len(own) + 2])
        asked = f'kinds = ["{kind}"]\nframes = [{names}]'
        values = dict(n=choose.randrange(1 << 22), x=choose.randrange(1 << 32), c=choose.randrange(96))
        message = message.format(world=f"W{choose.randrange(40)}", **values)
    (directory / "issues" / f"TEAM-{number:04}.md").write_text(
        ISSUE.format(number=number, asked=asked), encoding="utf-8")
    for text in range(1, 2 + (number % 3 == 0)):
        lines = [f"EXPECT: TEAM-{number:04}", "SOURCE: made up", "", f"@BlueScreen: {message}"]
        lines += [
            f"0x4539a0c1bd00:[0x4200{choose.randrange(1 << 32):08x}]{frame}@vmkernel#nover"
            f"+0x{choose.randrange(1, 2046):x} stack: 0x{text:x}"
            for frame in frames + ["CpuSched_StartWorld"]
        ]
        path = directory / "crashes" / f"TEAM-{number:04}-{text}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def cpu_seconds(command, environment):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def write_kb(count, kb):
    """Writes a knowledge base of so many issues into the directory `kb`."""
    for folder in ["issues", "crashes"]:
        (kb / folder).mkdir(parents=True)
    for number in range(1, count + 1):
        write_issue(number, kb)


def measure(program, count):
    with tempfile.TemporaryDirectory() as directory:
        kb = pathlib.Path(directory) / "kb"
        write_kb(count, kb)
        environment = os.environ | {"XDG_CACHE_HOME": f"{directory}/cache"}
        times = {}
        for command in ["build", "lint", "test"]:
            arguments = [program, "--kb", kb, "kb", command]
            times[command] = cpu_seconds(arguments, environment)
        return times


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    counts = [int(count) for count in sys.argv[2:]] or [500, 1000, 5000]
    print(f"{'issues':>7}" + "".join(f"  kb {command:<5} {'growth':>6}" for command in ["build", "lint", "test"]))
    before = None
    for count in counts:
        times, row = measure(program, count), f"{count:>7}"
        for command, seconds in times.items():
            growth = ""
            if before:
                doublings = math.log2(count / before[0])
                growth = f"{(seconds / before[1][command]) ** (1 / doublings):.1f}"
            row += f"  {seconds:7.2f}s {growth:>6}"
        print(row, flush=True)
        before = count, times


if __name__ == "__main__":
    main()
