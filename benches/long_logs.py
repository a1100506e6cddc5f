#!/usr/bin/env python3
"""Measures reading long logs through a pipe: psod-match beside `rg -c -a @BlueScreen`.

    python3 benches/long_logs.py target/release/psod-match [ROUNDS]

Writes a log of 190 MB into a temporary directory, of the lines of `rotated_logs.py`, with
examples/tlb-invalidate.txt at its end, and pipes it to both programs, first once, then eleven times in a
row, which is 2 GiB. Prints the shortest wall time of ROUNDS (5) of both in turns, and their ratio; then
the same of the file itself, which `rg` maps. Needs ripgrep.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from rotated_logs import log

ROOT = pathlib.Path(__file__).resolve().parent.parent
CRASH = ROOT / "examples" / "tlb-invalidate.txt"
PARTS, PART_BYTES = 57, 3_300_000
REPEATS = (1, 11)


def write_log(file):
    with file.open("w", encoding="utf-8") as out:
        for number in range(PARTS):
            out.write(log(number, PART_BYTES))
        out.write(CRASH.read_text(encoding="utf-8"))


def seconds(command):
    start = time.perf_counter()
    subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare(what, ours, theirs, rounds):
    """Prints the shortest times of two shell commands that are run in turns."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    own, other = (min(times) for times in zip(*pairs))
    print(f"{what}: {1000 * own:.0f} ms, rg {1000 * other:.0f} ms, {own / other:.2f} times", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__.strip())
    if shutil.which("rg") is None:
        sys.exit("long_logs.py: rg is not installed (Debian: ripgrep)")
    program = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    search = "rg -c -a @BlueScreen"
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "vmkernel.log"
        write_log(file)
        size = file.stat().st_size / 1e6
        for repeats in REPEATS:
            pipe = f"cat {' '.join([str(file)] * repeats)} |"
            what = f"{repeats * size:.0f} MB through a pipe"
            compare(what, f"{pipe} {program} -", f"{pipe} {search}", rounds)
        compare(f"{size:.0f} MB in a file", f"{program} {file}", f"{search} {file}", rounds)


if __name__ == "__main__":
    main()
