#!/usr/bin/env python3
"""Measures parsing, normalizing and comparing beside libcasr and siggen, in one run.

    python3 benches/peers.py target/release/psod-eval target/release/psod-match

libcasr is a crate, and `psod-eval speed` measures it beside psod-match; siggen (`pip install siggen`) makes
a signature from frames that are parsed already, here from those that `psod-match parse` prints. It compares
nothing: two crashes are alike to it when their signatures are equal. Microseconds a crash on one processor,
the shortest of several rounds; a comparison is one crash with 10,000.
"""

import json
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROUNDS = 20


def threads(program):
    """The backtrace of each crash text, as siggen takes it."""
    texts = sorted((ROOT / "kb" / "crashes").glob("*.txt"))
    printed = subprocess.run([program, "parse", "--format", "json", *texts], capture_output=True, text=True)
    for line in printed.stdout.splitlines():
        crash = json.loads(line)["crash"]
        frames = [{"function": frame.get("function"), "module": frame.get("module"), "offset": frame.get("ip")}
                  for frame in crash.get("backtrace", [])]
        yield {"crashing_thread": 0, "threads": [{"frames": frames}]}


def siggen_microseconds(crashes):
    from siggen.generator import SignatureGenerator
    generator = SignatureGenerator()
    shortest = float("inf")
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for crash in crashes:
            generator.generate(crash)
        shortest = min(shortest, time.perf_counter() - begun)
    return 1e6 * shortest / len(crashes)


def main():
    evaluation, program = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    rows = subprocess.run([evaluation, "speed", "--format", "json"], capture_output=True, text=True, check=True)
    rows = {row["step"]: row for row in map(json.loads, rows.stdout.splitlines())}
    for step, row in rows.items():
        print(f"{step:10} ours {row['ours']:10.2f} µs, libcasr {row['libcasr']:10.2f} µs, "
              f"{row['ours'] / row['libcasr']:.2f} times")
    try:
        siggen = siggen_microseconds(list(threads(program)))
    except ImportError:
        print("siggen is not installed: pip install siggen")
        return
    ours = rows["normalize"]["ours"]
    print(f"{'normalize':10} ours {ours:10.2f} µs, siggen  {siggen:10.2f} µs, {ours / siggen:.2f} times")


if __name__ == "__main__":
    main()
