#!/usr/bin/env python3
"""Draws the plots of docs/performance.md.

    python3 benches/plots.py target/release/psod-match [ISSUES ...]

Measures the growth with the issues of a team as `growth.py` does, for each number of ISSUES (250 1000 4000
16000), and writes docs/performance-growth.svg: the time of one crash as a whole process, of one among many,
and of compiling, beside a line that grows as the issues do. Both axes are logarithmic.
"""

import contextlib
import io
import math
import pathlib
import re
import sys
import tempfile

from growth import ROOT, measure

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 720, 420, 70, 50, 20, 190
COLOURS = ["#7b1fa2", "#00796b", "#e65100", "#9e9e9e"]


def measured(program, numbers):
    """The milliseconds of a process, of a crash among many, and of the first use, for each number."""
    with tempfile.TemporaryDirectory() as name:
        for issues in numbers:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                one, each = measure(program, issues, pathlib.Path(name))
            first = float(re.search(r"first use [\d.]+ s, ([\d.]+) s CPU", printed.getvalue()).group(1))
            print(f"{issues}: {1e3 * one:.1f} ms, {1e3 * each:.2f} ms, {1e3 * first:.0f} ms", flush=True)
            yield 1e3 * one, 1e3 * each, 1e3 * first


def drawn(numbers, series):
    """The plot as SVG: `series` are named lists of milliseconds."""
    values = [value for _, line in series for value in line]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    first, last = math.log10(numbers[0]), math.log10(numbers[-1])

    def x(number):
        return LEFT + (math.log10(number) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value):
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - BOTTOM - TOP)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
             f'font-size="13"><rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for power in range(low, high + 1):
        at, label = y(10**power), f"{10**power:g} ms"
        parts.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{label}</text>')
    for number in numbers:
        parts.append(f'<text x="{x(number):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{number:,}</text>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">issues of --kb</text>')
    for (name, line), colour in zip(series, COLOURS):
        points = " ".join(f"{x(number):.1f},{y(value):.1f}" for number, value in zip(numbers, line))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
                     f'<text x="{WIDTH - RIGHT + 8}" y="{y(line[-1]) + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    numbers = [int(word) for word in sys.argv[2:]] or [250, 1000, 4000, 16000]
    process, each, first = zip(*measured(program, numbers))
    as_issues = [process[0] * number / numbers[0] for number in numbers]
    series = [("one crash, a process", process), ("one crash of many", each), ("compiling, CPU", first),
              ("as the issues grow", as_issues)]
    (ROOT / "docs" / "performance-growth.svg").write_text(drawn(numbers, series), encoding="utf-8")


if __name__ == "__main__":
    main()
