#!/usr/bin/env python3
"""Measures reading rotated logs: CPU seconds of psod-match beside `zcat | wc -c`.

    python3 benches/rotated_logs.py target/release/psod-match [LOGS] [BYTES]

Writes LOGS (150) packed logs of BYTES (3,300,000) each into a temporary directory, all made up from
the kinds of lines that a vmkernel.log has, the same ones in every run. The last one ends with
examples/tlb-invalidate.txt, so that there is one crash to find. Prints user and system time of both
commands, the lower of three runs, and their ratio.
"""

import gzip
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

KINDS = [
    "cpu{c}:{w})ScsiDeviceIO: 4115: Cmd(0x45d9{x:06x}) 0x85, CmdSN 0x{s:x} from world {w} to dev \"naa.6000{x:08x}\" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x20 0x0",
    "cpu{c}:{w})NMP: nmp_ThrottleLogForDevice:3872: Cmd 0x1a (0x45d9{x:06x}, {w}) to dev \"mpx.vmhba0:C0:T{s}:L0\" on path \"vmhba0:C0:T{s}:L0\" Failed",
    "cpu{c}:{w})WARNING: Vol3: 2129: Couldn't read volume header from {x:08x}-{x:08x}: I/O error",
    "cpu{c}:{w})Net: 2525: connected vm{s}.eth0 eth0 to vDS, portID 0x2{x:06x}",
    "cpu{c}:{w})World: 12077: VC opID {x:08x} maps to vmkernel opID {x:x}",
    "cpu{c}:{w})DVFilter: 6053: Checking disconnected filters for timeouts",
    "cpu{c}:{w})NetPort: 1879: disabled port 0x2{x:06x}",
    "cpu{c}:{w} opID={x:08x})Config: 706: \"SIOControlFlag2\" = {s}, Old Value: 0, (Status: 0x0)",
    "cpu{c}:{w})LVM: 11136: Device naa.6000{x:08x}:1 detected to be a snapshot:",
    "cpu{c}:{w})Heartbeat: 618: PCPU {c} didn't have a heartbeat for {s} seconds; *may* be locked up.",
]


def log(number, size):
    """One log as bytes; the same for the same number."""
    choose = random.Random(number)
    lines, length, clock = [], 0, choose.randrange(86_400_000)
    while length < size:
        clock = (clock + choose.randrange(2_000)) % 86_400_000
        seconds, milliseconds = divmod(clock, 1000)
        stamp = "2024-06-%02dT%02d:%02d:%02d.%03dZ" % (
            1 + number % 28, seconds // 3600, seconds // 60 % 60, seconds % 60, milliseconds)
        values = dict(c=choose.randrange(96), w=2_097_152 + choose.randrange(99_999),
                      x=choose.randrange(1 << 24), s=choose.randrange(64))
        line = f"{stamp} {choose.choice(KINDS).format(**values)}\n"
        lines.append(line)
        length += len(line)
    return "".join(lines)


def cpu_seconds(command):
    """The least CPU time of three runs of a shell command."""
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 150
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 3_300_000
    screen = pathlib.Path(__file__).parent.parent / "examples" / "tlb-invalidate.txt"
    with tempfile.TemporaryDirectory() as directory:
        for number in range(count):
            text = log(number, size)
            if number == count - 1:
                text += screen.read_text(encoding="utf-8")
            path = pathlib.Path(directory) / f"vmkernel.{number}.gz"
            path.write_bytes(gzip.compress(text.encode(), 6, mtime=0))
        ours = cpu_seconds(f"{program} --format json parse {directory}/*.gz")
        theirs = cpu_seconds(f"zcat {directory}/*.gz | wc -c")
        print(f"psod-match {ours:.2f} s, zcat | wc -c {theirs:.2f} s, {ours / theirs:.2f} times")


if __name__ == "__main__":
    main()
