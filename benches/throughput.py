#!/usr/bin/env python3
"""Measures how many crashes psod-match recognises a second, and one crash beside SQLite.

    python3 benches/throughput.py target/release/psod-match [--screens 4000] [--rounds 3]

Writes SCREENS files into a temporary directory: the crash texts of `kb/crashes/`, again and again, with
other digits in their addresses and numbers, the same ones in every run. Prints how many of them a second
are answered as JSON on one processor and on two, the ratio of both, and the CPU time of a screen; the same
with all of them in one file; then the shortest wall time of one crash as a whole process beside that of
`sqlite3 FILE 'select 1'`, in turns.
The best of ROUNDS counts: other processes only make a run longer.
"""

import argparse
import os
import pathlib
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ONE = ROOT / "examples" / "known-issue.txt"
# Hexadecimal numbers long enough to be an address: what differs between two hosts.
ADDRESS = re.compile(r"(?<=0x)[0-9a-f]{8,16}\b")
TURNS = 100


def varied(text, choose):
    """The text with other digits at the end of each address."""
    def other(found):
        digits = found.group()
        return digits[:-4] + f"{choose.randrange(1 << 16):04x}"

    return ADDRESS.sub(other, text)


def write_screens(directory, count):
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "kb" / "crashes").glob("*.txt"))]
    for number in range(count):
        text = varied(texts[number % len(texts)], random.Random(number))
        (directory / f"{number:05}.txt").write_text(text, encoding="utf-8")


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(command, environment):
    """Wall and CPU seconds of a command, and the lines that it prints."""
    before, start = cpu_seconds(), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start, cpu_seconds() - before, done.stdout.count(b"\n")


def write_one_file(directory, screens):
    file = directory / "all.txt"
    # Each header begins a new crash.
    texts = [path.read_text(encoding="utf-8").split("\n\n", 1)[1] for path in sorted(screens.iterdir())]
    file.write_text("\n--- end of screen ---\n\n".join(texts), encoding="utf-8")
    return file


def batch(program, screens, count, processors, rounds, environment):
    command = ["taskset", "-c", ",".join(map(str, range(processors)))]
    command += [program, "--format", "json", "--limit", "crashes=100000", screens]
    environment = environment | {"RAYON_NUM_THREADS": str(processors)}
    wall, cpu, crashes = min(run(command, environment) for _ in range(rounds))
    print(f"{processors} processor(s): {count / wall:7.0f} screens/s, {crashes / wall:7.0f} crashes/s, "
          f"{1e6 * cpu / count:6.0f} µs CPU each")
    return count / wall


def beside_sqlite(program, directory, environment):
    database = directory / "beside.db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE one (number)")
    commands = {"psod-match": [program, ONE], "sqlite3": ["sqlite3", database, "select 1"]}
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(TURNS):
        for name, command in commands.items():
            best[name] = min(best[name], run(command, environment)[0])
    ours, theirs = best["psod-match"], best["sqlite3"]
    print(f"one crash: {1e3 * ours:.2f} ms, sqlite3 {1e3 * theirs:.2f} ms, {ours / theirs:.2f} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--screens", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        screens = directory / "screens"
        screens.mkdir()
        write_screens(screens, arguments.screens)
        environment = os.environ | {"XDG_CACHE_HOME": str(directory / "cache")}
        # The first use compiles the knowledge base.
        run([program, ONE], environment)
        one = batch(program, screens, arguments.screens, 1, arguments.rounds, environment)
        two = batch(program, screens, arguments.screens, 2, arguments.rounds, environment)
        print(f"two processors: {two / one:.2f} times one")
        file = write_one_file(directory, screens)
        print("all in one file:")
        one = batch(program, file, arguments.screens, 1, arguments.rounds, environment)
        two = batch(program, file, arguments.screens, 2, arguments.rounds, environment)
        print(f"two processors: {two / one:.2f} times one")
        if shutil.which("sqlite3"):
            beside_sqlite(program, directory, environment)


if __name__ == "__main__":
    main()
