#!/usr/bin/env python3
"""Prints peak memory, processor time and the last complaint for archives made to exhaust a reader.

    python3 benches/hostile/measure.py target/release/psod-match

Makes the archives in a temporary directory (about 220 MB). No part of the build or of the tests:
tests/reading/budget.rs checks with small bounds that each of them ends its input.
"""

import gzip
import io
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tarfile
import tempfile
import zlib

MIB = 1 << 20
SCREEN = (pathlib.Path(__file__).parents[2] / "examples/known-issue.txt").read_bytes()


def member(name, content, kind=b"0", size=None):
    """A tar member; `content` may be shorter than `size`, for what is written after it."""
    info = tarfile.TarInfo(name)
    info.size, info.type = len(content) if size is None else size, kind
    return info.tobuf(tarfile.GNU_FORMAT) + content + b"\0" * (-len(content) % 512)


def long_header(out, kind, mebibytes):
    out.write(member("one.txt", SCREEN))
    out.write(member("././@LongLink", b"", kind, mebibytes * MIB))
    for _ in range(mebibytes):
        out.write(b"a" * MIB)
    out.write(member("two.txt", SCREEN))


def many_fragment_names(out):
    for number in range(20_000):
        out.write(member(f"log/{number}.FRAG-00000", b"a line of text\n"))


def waiting_fragments(out):
    block = os.urandom(8192) + b"x" * (8192 * 255)
    for number in range(60):
        out.write(member(f"log/{number}.FRAG-00001", block * 8))


def many_crashes(out):
    """18,000 crashes: without its header, a screen that is printed again is the same crash."""
    crash = b"VMware ESXi 8.0.3 [Releasebuild-24022510 x86_64]\n@BlueScreen: CrashMe\n"
    crash += b"0x1:[0x42]F@vmkernel#nover+0x1 stack: 0x0\n"
    for number in range(30):
        out.write(member(f"{number}.txt", crash * 600))


def distinct_crashes(out):
    """18,000 crashes, each with a message and frames of its own."""
    for number in range(30):
        text = b""
        for crash in range(number * 600, (number + 1) * 600):
            text += b"VMware ESXi 8.0.3 [Releasebuild-24022510 x86_64]\n"
            text += b"#PF Exception 14 in world %d:w%d IP 0x42%06x addr 0x8\n" % (crash, crash, crash)
            for frame in range(12):
                text += b"0x1:[0x42%06x]Fun%d_%d@vmkernel#nover+0x1 stack: 0x0\n" % (crash, crash, frame)
        out.write(member(f"{number}.txt", text))


def empty_members(out):
    """A million members, each of nothing."""
    block = member("a.txt", b"") * 1000
    for _ in range(1000):
        out.write(block)


def overlapping_zip(out):
    """30,000 members that share one stream of lines with anchors."""
    line = b"2024-06-21T20:00:00.001Z cpu3:2100001)Panic BlueScreen x acktrace f\n"
    text = line * (3 * MIB // len(line))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data, check = packer.compress(text) + packer.flush(), zlib.crc32(text)
    names = [b"m%05d.txt" % number for number in range(30_000)]
    sizes = (check, len(data), len(text), len(names[0]))
    archive = io.BytesIO()
    archive.write(struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, *sizes, 0) + names[0] + data)
    start = archive.tell()
    for name in names:
        fields = (20, 20, 0, 8, 0, 0, *sizes, 0, 0, 0, 0, 0, 0)
        archive.write(struct.pack("<4s6H3L5H2L", b"PK\1\2", *fields) + name)
    count, length = len(names), archive.tell() - start
    archive.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, start, 0))
    out.write(archive.getvalue())


ARCHIVES = {
    "long-name.tar": lambda out: long_header(out, b"L", 200),
    "long-name.tgz": lambda out: long_header(out, b"L", 600),
    "pax-header.tgz": lambda out: long_header(out, b"x", 600),
    "fragment-names.tgz": many_fragment_names,
    "fragments-waiting.tgz": waiting_fragments,
    "crashes.tgz": many_crashes,
    "distinct-crashes.tgz": distinct_crashes,
    "empty-members.tgz": empty_members,
    "overlapping.zip": overlapping_zip,
}


# Reading alone, and the main job: reading and matching.
COMMANDS = [["parse"], []]


def measure(program, command, path):
    """Prints peak memory, seconds, exit status and complaints of one run."""
    child = os.fork()
    if child == 0:
        run = subprocess.run(
            [program, *command, path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
        )
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        complaints = run.stderr.decode(errors="replace").splitlines()
        words = "".join(complaints[-1:]).rpartition(f"{path.name}: ")[2]
        print(f"{path.name:21} {' '.join(command):5} {path.stat().st_size // 1024:7} KiB "
              f"{usage.ru_maxrss // 1024:4} MiB {usage.ru_utime + usage.ru_stime:6.1f} s  "
              f"exit {run.returncode}  {len(complaints)} lines: {words[-100:]}", flush=True)
        os._exit(0)
    os.waitpid(child, 0)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as directory:
        for name, write in ARCHIVES.items():
            path = pathlib.Path(directory) / name
            opened = gzip.open(path, "wb", 6) if name.endswith(".tgz") else open(path, "wb")
            with opened as out:
                write(out)
            for command in COMMANDS:
                measure(program, command, path)
            path.unlink()


if __name__ == "__main__":
    main()
