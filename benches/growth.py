#!/usr/bin/env python3
"""Measures how recognising grows with the issues of a team.

    python3 benches/growth.py target/release/psod-match [ISSUES ...]

Writes the made-up knowledge bases of `kb_growth.py` for each number of ISSUES (1000 20000) into a
temporary directory, and recognises the crashes of the shipped one beside them. Prints for each number
the CPU and wall seconds of the first use, which compiles it; the shortest wall time of one crash as a
whole process afterwards, both on all processors; the time of one crash among many in one process on one
processor, in the mean; and how much
the two last grew from the first number to the last. The first process after compiling keeps the digest
of the files once they are two seconds old, so that much is waited for.
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

from kb_growth import write_kb

ROOT = pathlib.Path(__file__).resolve().parent.parent
ONE = ROOT / "examples" / "known-issue.txt"
TURNS = 30
ROUNDS = 3


def run(command, environment):
    """Wall and CPU seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, cpu


def measure(program, issues, directory):
    kb = directory / f"kb-{issues}"
    write_kb(issues, kb)
    environment = os.environ | {"XDG_CACHE_HOME": str(directory / f"cache-{issues}")}
    command = [program, "--kb", kb, "--format", "json"]
    wall, cpu = run([*command, ONE], environment)
    print(f"{issues} issues: first use {wall:.2f} s, {cpu:.2f} s CPU", flush=True)
    time.sleep(4)
    run([*command, ONE], environment)
    one = min(run([*command, ONE], environment)[0] for _ in range(TURNS))
    texts = sorted((ROOT / "kb" / "crashes").glob("*.txt"))
    one_thread = environment | {"RAYON_NUM_THREADS": "1"}
    many = min(run(["taskset", "-c", "0", *command, *texts], one_thread)[1] for _ in range(ROUNDS))
    alone = min(run(["taskset", "-c", "0", *command, ONE], one_thread)[1] for _ in range(ROUNDS))
    each = (many - alone) / (len(texts) - 1)
    print(f"    one crash as a process {1e3 * one:.1f} ms; among many {1e3 * each:.2f} ms CPU", flush=True)
    return one, each


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    numbers = [int(word) for word in sys.argv[2:]] or [1000, 20000]
    with tempfile.TemporaryDirectory() as name:
        found = [measure(program, issues, pathlib.Path(name)) for issues in numbers]
    (first_one, first_each), (last_one, last_each) = found[0], found[-1]
    print(f"from {numbers[0]} to {numbers[-1]}: whole process {last_one / first_one:.1f} times, one crash {last_each / first_each:.1f} times")


if __name__ == "__main__":
    main()
