#!/usr/bin/env python3
"""Attacks the cache of psod-match and compares every answer with that of an undamaged one.

    python3 benches/cache.py target/debug/psod-match [--damages 1000] [--kills 500] [--rounds 40] [--seed 1]

Damages are flips, cuts, holes, exchanged blocks, replaced and removed files; a run after a damage
must give the right answer with at most one line about it, and the run after that the right answer
without a line. Kills end a run that compiles at a random moment. Rounds start eight runs at once.
Full and read-only disks are file systems of their own, which needs the rights of root; without
them these are left out, and the summary says so. Exit status 1 when anything was wrong.
"""

import argparse
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

QUESTIONS = [
    ["--format", "json", "examples/known-issue.txt"],
    ["--format", "json", "examples/tlb-invalidate.txt"],
    ["--why", "examples/known-issue.txt", "examples/tlb-invalidate.txt"],
    ["explain", "examples/tlb-invalidate.txt"],
    ["request", "examples/known-issue.txt"],
    ["kb", "search", "heartbeat", "i40en"],
    ["kb", "affects", "20842708"],
]
NOBODY = 65534
TIMEOUT = 120


class Attack:
    """A program, a cache, the right answers, and what went wrong so far."""

    def __init__(self, program, scratch, choose):
        self.program = os.path.abspath(program)
        self.home = pathlib.Path(scratch) / "home"
        self.choose = choose
        self.wrong = []
        self.runs = 0
        self.home.mkdir()
        self.right = [self.ask(number, cache="/dev/null")[:2] for number in range(len(QUESTIONS))]
        self.compile()
        self.clean = self.file().read_bytes()
        self.name = self.file().name

    def environment(self, cache=None):
        kept = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        return kept | {"XDG_CACHE_HOME": str(cache or self.home)}

    def ask(self, number, cache=None, before=None, user=None):
        """The exit status, the answer and the lines on standard error of one run."""
        self.runs += 1
        done = subprocess.run(
            [self.program, *QUESTIONS[number]], env=self.environment(cache), timeout=TIMEOUT,
            capture_output=True, preexec_fn=before, user=user)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace").splitlines()

    def start(self, number):
        self.runs += 1
        return subprocess.Popen(
            [self.program, *QUESTIONS[number]], env=self.environment(), text=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def check(self, what, number, got, most_lines):
        status, answer, lines = got
        if (status, answer) != self.right[number]:
            self.wrong.append(f"{what}: {QUESTIONS[number]}: status {status}, another answer {lines[:3]}")
        elif len(lines) > most_lines:
            self.wrong.append(f"{what}: {QUESTIONS[number]}: {lines[:3]}")

    def directory(self):
        return self.home / "psod-match"

    def file(self):
        return next(path for path in self.directory().iterdir() if path.suffix == ".kb")

    def compile(self):
        self.ask(0)

    def reset(self):
        """The cache as it was written."""
        shutil.rmtree(self.directory(), ignore_errors=True)
        self.directory().mkdir(mode=0o700)
        path = self.directory() / self.name
        path.write_bytes(self.clean)
        path.chmod(0o600)
        return path


# Each takes the path of the file, its bytes and a source of random numbers.

def place(data, choose):
    """A byte of the head, or of anywhere."""
    return choose.randrange(4096 if choose.random() < 0.2 else len(data))

def flip(path, data, choose):
    at = place(data, choose)
    path.write_bytes(data[:at] + bytes([data[at] ^ 1 << choose.randrange(8)]) + data[at + 1:])

def flips(path, data, choose):
    changed = bytearray(data)
    for _ in range(choose.randrange(2, 50)):
        changed[place(data, choose)] ^= 1 << choose.randrange(8)
    path.write_bytes(changed)

def hole(path, data, choose):
    at, length = place(data, choose), choose.choice([1, 512, 4096, 65536])
    path.write_bytes((data[:at] + bytes(length) + data[at + length:])[:len(data)])

def exchange(path, data, choose):
    block = 4096
    one, other = sorted(choose.randrange(len(data) // block) for _ in range(2))
    blocks = [data[at:at + block] for at in range(0, len(data), block)]
    blocks[one], blocks[other] = blocks[other], blocks[one]
    path.write_bytes(b"".join(blocks))

def cut(path, data, choose):
    path.write_bytes(data[:choose.randrange(len(data))])

def longer(path, data, choose):
    path.write_bytes(data + choose.randbytes(choose.randrange(1, 9000)))

def noise(path, data, choose):
    path.write_bytes(choose.randbytes(choose.randrange(20_000)))

def remove(path, data, choose):
    path.unlink()

def remove_all(path, data, choose):
    shutil.rmtree(path.parent)

def directory(path, data, choose):
    path.unlink()
    path.mkdir()
    (path / "mine").write_text("mine")

def link(path, data, choose):
    path.rename(path.parent / "elsewhere")
    path.symlink_to(choose.choice(["elsewhere", "nowhere", "/dev/zero", "."]))

def pipe(path, data, choose):
    path.unlink()
    os.mkfifo(path)

def modes(path, data, choose):
    path.chmod(choose.choice([0o666, 0o620, 0o602, 0o000]))

def owner(path, data, choose):
    os.chown(path, NOBODY, NOBODY)

DAMAGES = [flip] * 10 + [flips] * 3 + [hole] * 3 + [exchange] * 2 + [cut] * 4 + [
    longer, noise, remove, remove_all, directory, link, pipe, modes]


def damages(attack, count):
    kinds = DAMAGES + ([owner] if os.geteuid() == 0 else [])
    noticed = 0
    for number in range(count):
        damage = attack.choose.choice(kinds)
        path = attack.reset()
        damage(path, attack.clean, attack.choose)
        question = attack.choose.randrange(len(QUESTIONS))
        got = attack.ask(question)
        noticed += bool(got[2])
        attack.check(f"{damage.__name__} {number}", question, got, 1)
        attack.check(f"after {damage.__name__} {number}", question, attack.ask(question), 0)
        others = {directory: path / "mine", link: path.parent / "elsewhere"}
        if damage in others and not others[damage].exists():
            attack.wrong.append(f"{damage.__name__} {number}: {others[damage]} is gone")
    return f"{count} damages, {noticed} of them reported"


def kills(attack, count):
    shutil.rmtree(attack.directory())
    began = time.monotonic()
    attack.compile()
    longest = (time.monotonic() - began) * 1.1
    killed = left = 0
    for number in range(count):
        path = attack.reset()
        if attack.choose.random() < 0.5:
            path.unlink()
        else:
            flip(path, attack.clean, attack.choose)
        process = attack.start(0)
        time.sleep(attack.choose.random() * longest)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        left += any(path.name.startswith("building-") for path in attack.directory().iterdir())
        attack.check(f"kill {number}", 0, attack.ask(0), 1)
        attack.check(f"after kill {number}", 0, attack.ask(0), 0)
    return f"{count} kills, {killed} before the end, {left} with an unfinished file"


def rounds(attack, count):
    for number in range(count):
        path = attack.reset()
        attack.choose.choice([remove, flip, cut, remove_all])(path, attack.clean, attack.choose)
        question = attack.choose.randrange(len(QUESTIONS))
        processes = [attack.start(question) for _ in range(8)]
        for process in processes:
            answer, lines = process.communicate(timeout=TIMEOUT)
            got = process.returncode, answer, lines.decode().splitlines()
            attack.check(f"eight at once {number}", question, got, 1)
        attack.check(f"after eight {number}", question, attack.ask(question), 0)
        names = [path.name for path in attack.directory().iterdir()]
        if names != [attack.name]:
            attack.wrong.append(f"after eight {number}: {names}")
    return f"{count} rounds of eight at once"


def limit(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def limits(attack):
    """Little address space, small files, no threads."""
    tried = [("300 MB of address space", limit(resource.RLIMIT_AS, 300 << 20)),
             ("200 MB of address space", limit(resource.RLIMIT_AS, 200 << 20)),
             ("files of 100 KB", limit(resource.RLIMIT_FSIZE, 100 << 10)),
             ("files of 0 bytes", limit(resource.RLIMIT_FSIZE, 0))]
    for what, before in tried:
        for question in range(len(QUESTIONS)):
            shutil.rmtree(attack.directory(), ignore_errors=True)
            attack.check(what, question, attack.ask(question, before=before), 1)
    if os.geteuid() != 0:
        return f"{len(tried)} limits; without a limit of threads, which needs root"
    for question, arguments in enumerate(QUESTIONS):
        if arguments[0] == "request":
            # Its pseudonyms are made with a secret that nobody has no place for.
            continue
        before = limit(resource.RLIMIT_NPROC, 1)
        got = attack.ask(question, cache="/nowhere", before=before, user=NOBODY)
        attack.check("no threads", question, got, 2)
    return f"{len(tried)} limits, and no threads"


def disks(attack, scratch):
    """A full and a read-only file system, cold and damaged."""
    disk = pathlib.Path(scratch) / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k,mode=700", "tmpfs", disk],
                             capture_output=True)
    if mounted.returncode != 0:
        return "full and read-only disks left out: " + mounted.stderr.decode().strip()
    try:
        for question in range(len(QUESTIONS)):
            attack.check("full disk", question, attack.ask(question, cache=disk), 1)
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        attack.ask(0, cache=disk)
        path = disk / "psod-match" / attack.name
        flip(path, attack.clean, random.Random(7))
        # No room for a second file.
        full = f"remount,rw,size={len(attack.clean) // 1024 + 64}k"
        for state, options in [("read-only", "remount,ro"), ("full", full)]:
            subprocess.run(["mount", "-o", options, disk], check=True)
            for question in range(len(QUESTIONS)):
                attack.check(f"{state}, damaged", question, attack.ask(question, cache=disk), 1)
        shutil.rmtree(disk / "psod-match")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for question in range(len(QUESTIONS)):
            attack.check("read-only, cold", question, attack.ask(question, cache=disk), 1)
    finally:
        subprocess.run(["umount", disk])
    return "full and read-only disks"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--damages", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        attack = Attack(options.program, scratch, random.Random(options.seed))
        done = []
        for part in [lambda: limits(attack), lambda: disks(attack, scratch),
                     lambda: rounds(attack, options.rounds),
                     lambda: kills(attack, options.kills),
                     lambda: damages(attack, options.damages)]:
            done.append(part())
            print(f"{done[-1]}: {len(attack.wrong)} wrong so far", flush=True)
        for wrong in attack.wrong[:50]:
            print(wrong)
        print(f"{attack.runs} runs, {len(attack.wrong)} wrong")
        sys.exit(bool(attack.wrong))


if __name__ == "__main__":
    main()
