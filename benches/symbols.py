#!/usr/bin/env python3
"""Measures what tables of functions cost: to index a depot of VIBs, and to apply them to a crash.

    python3 benches/symbols.py target/release/psod-match [--vibs 500] [--functions 1200] [--crashes 1000]

Makes VIBS packages as they come (ar, in it gzip, in it a visor tar with one module), each module with
FUNCTIONS functions of its own names, sizes and order of magnitude, and a list of `nm -S` for a VMkernel with
24,000. Prints the time and the memory of `symbols index` on two processors; then, for crashes of 12 to 25
frames of five modules and the VMkernel, of which some have lost their names, what applying the tables adds to
a crash: as the difference of `parse` with and without `--symbols` over all of them, on one processor, in turns;
and for one crash as a whole process, which opens the directory and reads the tables that it needs. The best of
the rounds counts: other processes only make a run longer.
"""

import argparse
import gzip
import io
import json
import os
import pathlib
import random
import resource
import shutil
import struct
import subprocess
import tempfile
import time

BUILD = 24022510
KERNEL_FUNCTIONS = 24_000
MODULES_OF_A_CRASH = 5
PAGE = 4096
LOOK_ALIKE = {"l": "1", "o": "0", "i": "1", "s": "5", "e": "c", "n": "h"}


def names(prefix, count, choose):
    """Names as drivers have them: a few words, many with the same beginning."""
    words = ("init", "alloc", "queue", "intr", "rx", "tx", "stats", "port", "reset", "cmd", "event", "timer", "link",
             "fabric", "abort", "done", "ring", "free", "get", "set")
    return [f"{prefix}_{choose.choice(words)}_{choose.choice(words)}_{number}" for number in range(count)]


def functions(prefix, count, choose):
    """Name, address and size of each function, one behind the other."""
    place, found = 0, []
    for name in names(prefix, count, choose):
        size = 16 * choose.randint(2, 60) - choose.randint(0, 15)
        found.append((name, place, size))
        place = (place + size + 15) // 16 * 16
    return found, place


def module(version, table, size):
    """A relocatable ELF file with a `.text`, a `.vkmodinfo` and a table of symbols."""
    info = f"license=BSD\0version={version}\0".encode()
    text, strings, symbols = os.urandom(size), bytearray(b"\0"), bytearray(24)
    for name, place, length in table:
        symbols += struct.pack("<IBBHQQ", len(strings), 2, 0, 1, place, length)
        strings += name.encode() + b"\0"
    section_names = b"\0.text\0.vmkmodinfo\0.symtab\0.strtab\0.shstrtab\0"
    sections = [(".text", 1, 6, text, 0, 0, 0), (".vmkmodinfo", 1, 2, info, 0, 0, 0),
                (".symtab", 2, 0, bytes(symbols), 4, len(table) + 1, 24), (".strtab", 3, 0, bytes(strings), 0, 0, 0),
                (".shstrtab", 3, 0, section_names, 0, 0, 0)]
    body, headers = bytearray(64), bytearray(64)
    for name, kind, flags, content, link, first, entry in sections:
        body += bytes(-len(body) % 16)
        headers += struct.pack("<IIQQQQIIQQ", section_names.find(name.encode() + b"\0"), kind, flags, 0, len(body),
                               len(content), link, first, 16, entry)
        body += content
    body += bytes(-len(body) % 16)
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 1, 62, 1, 0, 0, len(body), 0, 64, 0, 0, 64, len(sections) + 1, 5)
    return head + body[64:] + headers


def visor_tar(name, content):
    """The form of ESXi: the header says where the content lies, which is at whole pages."""
    header = bytearray(512)
    header[:len(name)] = name.encode()
    header[100:108], header[124:136], header[156] = b"0000644\0", f"{len(content):011o}\0".encode(), ord("0")
    header[257:265] = b"visor  \0"
    header[496:500] = struct.pack("<I", PAGE)
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    return bytes(header) + bytes(PAGE - 512) + content + bytes(-len(content) % PAGE)


def vib(name, version, payload):
    description = f'<vib version="5.0"><name>{name}</name><version>{version}</version></vib>'.encode()
    archive = bytearray(b"!<arch>\n")
    for member, content in (("descriptor.xml", description), ("sig.pkcs7", b"signed"), (name[:16], payload)):
        archive += f"{member:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        archive += b"\n" * (len(archive) % 2)
    return archive


def write_depot(directory, vibs, count):
    """The packages; returns the modules with their versions and functions."""
    modules = []
    for number in range(vibs):
        choose = random.Random(number)
        name, version = f"drv{number:03}", f"14.4.{number}.1-1OEM.800.1.0.20613240"
        table, size = functions(name, count, choose)
        payload = gzip.compress(visor_tar(f"usr/lib/vmware/vmkmod/{name}", module(version, table, size)), 1)
        (directory / f"{name}.vib").write_bytes(vib(name, version, payload))
        modules.append((name, version, table))
    return modules


def frame(address, name, module_name, offset, choose):
    named = "" if name is None else f"{name}@{module_name}#nover+{offset:#x}"
    return f"0x4539{choose.randrange(1 << 32):08x}:[{address:#x}]{named} stack: {choose.randrange(1 << 40):#x}\n"


def misread(name, choose):
    """The name as a picture may show it: one letter of those that look alike."""
    places = [at for at, letter in enumerate(name) if letter in LOOK_ALIKE and at > 0]
    if not places:
        return name
    at = choose.choice(places)
    return name[:at] + LOOK_ALIKE[name[at]] + name[at + 1:]


def crash(number, modules, kernel):
    """A screen of 12 to 25 frames: five modules, the VMkernel; a fifth of the names lost, a twentieth misread."""
    choose = random.Random(number)
    own = choose.sample(modules, MODULES_OF_A_CRASH)
    code = 0x420000000000 + choose.randrange(1 << 20) * PAGE
    places = {name: code + 0x2000000 + choose.randrange(1 << 12) * 0x100000 for name, _, _ in own}
    text = (f"VMware ESXi 8.0.3 [Releasebuild-{BUILD} x86_64]\n"
            f"#PF Exception 14 in world {choose.randrange(2097152, 2999999)}:helper IP {code:#x} addr 0x8\n"
            f"Module(s) involved in panic: [{'] ['.join(f'{name} {version} (External)' for name, version, _ in own)}]\n"
            f"Code start: {code:#x} VMK uptime: 1:02:03:04.{number % 1000:03}\n")
    for _ in range(choose.randint(12, 25)):
        if choose.random() < 0.5:
            name, version, table = choose.choice(own)
            base, label = places[name], f"({name})"
        else:
            base, label, table = code, "vmkernel", kernel
        function, place, size = choose.choice(table)
        offset = choose.randrange(1, size)
        lot = choose.random()
        name = None if lot < 0.2 else misread(function, choose) if lot < 0.25 else function
        text += frame(base + place + offset, name, label, offset, choose)
    return text


def used():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def run(command, environment, processors):
    """Wall and processor seconds, and what was printed."""
    before, start = used(), time.perf_counter()
    environment = environment | {"RAYON_NUM_THREADS": str(processors)}
    command = ["taskset", "-c", ",".join(map(str, range(processors))), *map(str, command)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    if done.returncode > 1:
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - start, used() - before, done.stdout


def index(program, depot, symbols, environment):
    megabytes = sum(path.stat().st_size for path in depot.iterdir()) / 1e6
    wall, cpu, printed = run([program, "--symbols", symbols, "symbols", "index", depot], environment, 2)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    tables = printed.count(b"(new)")
    print(f"index: {tables} VIBs, {megabytes:.0f} MB, in {wall:.1f} s on two processors ({cpu:.1f} s of processor "
          f"time), at most {peak:.0f} MB of memory")


def write_kernel(directory, symbols, program, environment):
    table, _ = functions("Kernel", KERNEL_FUNCTIONS, random.Random(BUILD))
    file = directory / "vmkernel.nm"
    file.write_text("".join(f"{place:016x} {size:016x} t {name}\n" for name, place, size in table), encoding="utf-8")
    run([program, "--symbols", symbols, "symbols", "index", file, "--module", "vmkernel", "--module-version", BUILD],
        environment, 1)
    return table


def apply(program, screens, symbols, count, rounds, environment):
    """What applying costs: over all crashes, and over one as a whole process."""
    one = sorted(screens.iterdir())[0]
    best = {}
    for _ in range(rounds):
        for label, files, extra in (("all", screens, []), ("all, applied", screens, ["--symbols", symbols]),
                                    ("one", one, []), ("one, applied", one, ["--symbols", symbols])):
            for _ in range(1 if files is screens else 10):
                wall, cpu, printed = run([program, "--format", "json", *extra, "parse", files], environment, 1)
                best[label] = tuple(map(min, best.get(label, (9e9, 9e9)), (wall, cpu)))
                if label == "all, applied":
                    crashes = [json.loads(line) for line in io.BytesIO(printed)]
    frames = sum(len(one["crash"]["backtrace"]) for one in crashes)
    rows = [row for one in crashes for row in one["crash"].get("symbols", [])]
    held, restored, mended = (sum(row.get(key, 0) for row in rows) for key in ("checked", "named", "repaired"))
    print(f"{len(crashes)} crashes of {frames / len(crashes):.0f} frames: {held} names held, {restored} restored, "
          f"{mended} repaired")
    more = [1e3 * (after - before) / count for after, before in zip(best["all, applied"], best["all"])]
    print(f"apply: {more[0]:.3f} ms a crash ({more[1]:.3f} ms of processor time), "
          f"beside {1e3 * best['all'][0] / count:.3f} ms to read it")
    alone, applied = best["one"], best["one, applied"]
    print(f"one crash as a whole process: {1e3 * alone[0]:.1f} ms, with tables {1e3 * applied[0]:.1f} ms "
          f"({1e3 * (applied[1] - alone[1]):.1f} ms more processor time)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--vibs", type=int, default=500)
    parser.add_argument("--functions", type=int, default=1200)
    parser.add_argument("--crashes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        depot, screens, symbols = directory / "depot", directory / "screens", directory / "symbols"
        depot.mkdir(), screens.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PSOD_MATCH")}
        environment |= {"XDG_CACHE_HOME": str(directory / "cache"), "XDG_DATA_HOME": str(directory / "data")}
        modules = write_depot(depot, arguments.vibs, arguments.functions)
        index(program, depot, symbols, environment)
        kernel = write_kernel(directory, symbols, program, environment)
        for number in range(arguments.crashes):
            (screens / f"{number:05}.txt").write_text(crash(number, modules, kernel), encoding="utf-8")
        apply(program, screens, symbols, arguments.crashes, arguments.rounds, environment)
        shutil.rmtree(symbols)


if __name__ == "__main__":
    main()
