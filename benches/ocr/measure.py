#!/usr/bin/env python3
"""Measures which characters tesseract takes for which on photographs of purple screens.

Renders crash texts of kb/ in console fonts, white on purple, turned, blurred and compressed as
photographs of a monitor are; reads them with tesseract; aligns what was read with what was
rendered; and writes how often each character (or pair) was read as what:

    python3 benches/ocr/measure.py --fonts DIR

It counts anew in src/text/lookalikes.csv, whose other columns and rows stay.

See README.md beside this file. No part of the build or of the tests.
"""

import argparse
import collections
import csv
import difflib
import gzip
import io
import pathlib
import random
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageDraw, ImageFilter, ImageFont

PURPLE, WHITE = (88, 12, 92), (232, 232, 232)
COLUMNS, LINES = 100, 30
TRUETYPE = ["/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
            "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf"]
CONSOLE = ["Lat15-VGA16.psf.gz", "Lat15-VGA14.psf.gz", "Lat15-Terminus16.psf.gz",
           "Lat15-TerminusBold18x10.psf.gz", "Lat15-Fixed16.psf.gz"]
# A pair of characters read as one or two others counts as one event, dearer than one substitution
# and cheaper than two: `rn` read as `m` is a merge, not a substitution and a deletion.
SUBSTITUTE, INSERT, DELETE, MERGE, SPLIT = 1.0, 1.0, 1.0, 1.4, 1.4


def console_font(path):
    """The glyphs of a PSF font, as rows of bits, by character."""
    data = gzip.open(path).read()
    if data[:2] == b"\x36\x04":
        offset, width, height, size, count = 4, 8, data[3], data[3], 256
    else:
        offset, _, count, size, height, width = struct.unpack("<6I", data[8:32])
    row = (width + 7) // 8
    glyphs = {}
    for code in range(32, 127):
        start = offset + code * size
        rows = [int.from_bytes(data[start + y * row:start + (y + 1) * row], "big")
                for y in range(height)]
        glyphs[chr(code)] = rows
    return width, height, row * 8, glyphs


def draw_console(lines, font):
    width, height, bits, glyphs = font
    image = Image.new("RGB", (width * COLUMNS + 20, height * len(lines) + 20), PURPLE)
    pixels = image.load()
    for line_number, line in enumerate(lines):
        for column, character in enumerate(line):
            for y, row in enumerate(glyphs[character]):
                for x in range(width):
                    if row >> (bits - 1 - x) & 1:
                        pixels[10 + column * width + x, 10 + line_number * height + y] = WHITE
    return image


def draw_truetype(lines, path, size):
    font = ImageFont.truetype(path, size)
    width, height = font.getlength("M"), int(size * 1.25)
    image = Image.new("RGB", (int(width * COLUMNS) + 20, height * len(lines) + 20), PURPLE)
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((10, 10 + number * height), line, font=font, fill=WHITE)
    return image


def photograph(image, chance):
    """Scales, turns, blurs, adds noise and compresses; returns PNG bytes."""
    scale = chance.uniform(1.1, 2.4)
    image = image.resize((int(image.width * scale), int(image.height * scale)),
                         chance.choice([Image.BICUBIC, Image.BILINEAR, Image.LANCZOS]))
    image = image.rotate(chance.uniform(-0.6, 0.6), Image.BICUBIC, expand=True, fillcolor=PURPLE)
    image = image.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.45 + 0.45 * scale)))
    sigma = chance.uniform(2, 26)
    noise = Image.effect_noise(image.size, sigma).convert("RGB")
    image = Image.blend(image, noise, chance.uniform(0.0, 0.22))
    squeezed = io.BytesIO()
    image.save(squeezed, "JPEG", quality=chance.randint(30, 85))
    plain = io.BytesIO()
    Image.open(squeezed).save(plain, "PNG")
    return plain.getvalue()


def read(picture):
    run = subprocess.run(["tesseract", "-", "-", "--psm", "6", "-l", "eng"], input=picture,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
                         env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin:/usr/local/bin"})
    return [line for line in run.stdout.decode("utf-8", "replace").splitlines() if line.strip()]


def pair_lines(truth, found):
    """The lines that correspond, in order: those that are alike enough to be the same line."""
    likeness = [[difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
                 for other in found] for one in truth]
    best = [[0.0] * (len(found) + 1) for _ in range(len(truth) + 1)]
    for i in range(len(truth) - 1, -1, -1):
        for j in range(len(found) - 1, -1, -1):
            both = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] > 0.5 else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(truth) and j < len(found):
        if likeness[i][j] > 0.5 and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            yield truth[i], found[j]
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def align(truth, found):
    """The cheapest way from `truth` to `found`, as pairs of what stands there and what was read."""
    steps = [(1, 1), (1, 0), (0, 1), (2, 1), (1, 2)]
    costs = {(1, 1): SUBSTITUTE, (1, 0): DELETE, (0, 1): INSERT, (2, 1): MERGE, (1, 2): SPLIT}
    infinite = float("inf")
    best = [[infinite] * (len(found) + 1) for _ in range(len(truth) + 1)]
    way = [[None] * (len(found) + 1) for _ in range(len(truth) + 1)]
    best[0][0] = 0.0
    for i in range(len(truth) + 1):
        for j in range(len(found) + 1):
            for step in steps:
                di, dj = step
                if i < di or j < dj or best[i - di][j - dj] == infinite:
                    continue
                same = step == (1, 1) and truth[i - 1] == found[j - 1]
                # A blank is lost or added by itself; it takes part in no merge.
                if step in ((2, 1), (1, 2)) and " " in truth[i - di:i] + found[j - dj:j]:
                    continue
                cost = best[i - di][j - dj] + (0.0 if same else costs[step])
                if cost < best[i][j]:
                    best[i][j], way[i][j] = cost, step
    i, j, pairs = len(truth), len(found), []
    while i or j:
        di, dj = way[i][j]
        pairs.append((truth[i - di:i], found[j - dj:j]))
        i, j = i - di, j - dj
    return reversed(pairs)


def crash_lines(kb):
    """Lines in the style of purple screens, clipped at the width of the console."""
    lines = []
    for path in sorted([*kb.glob("crashes/*.txt"), *kb.glob("unknown/*.txt")]):
        body = path.read_text("utf-8").split("\n\n", 1)[1]
        for line in body.splitlines():
            line = line.strip()[:COLUMNS].rstrip()
            masked = line.count("#") > 4 or line.count("*") > 4
            if len(line) >= 20 and line.isascii() and line.isprintable() and not masked:
                lines.append(line)
    return lines


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--kb", type=pathlib.Path, default=pathlib.Path("kb"))
    arguments.add_argument("--table", type=pathlib.Path,
                           default=pathlib.Path("src/text/lookalikes.csv"))
    arguments.add_argument("--fonts", type=pathlib.Path, required=True,
                           help="directory with the PSF fonts of console-setup-linux")
    arguments.add_argument("--pages", type=int, default=120)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    lines = crash_lines(chosen.kb)
    fonts = [console_font(chosen.fonts / name) for name in CONSOLE]

    def page(number):
        chance = random.Random(f"{chosen.seed}/{number}")
        truth = chance.sample(lines, LINES)
        # Real screens are drawn in console fonts; every fourth page is a copy in another window.
        if number % 4:
            image = draw_console(truth, fonts[number % len(fonts)])
        else:
            image = draw_truetype(truth, chance.choice(TRUETYPE), chance.randint(11, 16))
        found = read(photograph(image, chance))
        counts, kept = collections.Counter(), 0
        for one, other in pair_lines(truth, found):
            kept += 1
            pairs = list(align(one, other))
            counts.update(pairs)
            counts.update((one[at:at + 2], one[at:at + 2]) for at in range(len(one) - 1))
        wrong = sum(count for (a, b), count in counts.items() if a != b)
        all_characters = sum(count for (a, b), count in counts.items() if len(a) == 1)
        print(f"page {number}: {kept}/{LINES} lines, {100 * wrong / max(1, all_characters):.1f} %",
              file=sys.stderr)
        # A page that could not be read at all says nothing about single characters.
        return counts if kept >= LINES // 2 and wrong < all_characters / 3 else None

    total, used = collections.Counter(), 0
    with ThreadPoolExecutor(2) as pool:
        for counts in pool.map(page, range(chosen.pages)):
            if counts is not None:
                used += 1
                total.update(counts)
    print(f"{used} of {chosen.pages} pages used", file=sys.stderr)
    write(chosen.table, total)


def write(path, total):
    """The counts; of the pairs that were read right only those that were also read wrong."""
    rare = 2
    wrong = {pair: count for pair, count in total.items() if pair[0] != pair[1] and count >= rare}
    needed = {printed for printed, _ in wrong}
    right = {pair: count for pair, count in total.items()
             if pair[0] == pair[1] and (len(pair[0]) == 1 or pair[0] in needed)}
    counts = {**wrong, **right}
    lines = path.read_text("utf-8").splitlines(keepends=True)
    head = [line for line in lines if line.startswith("#")]
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    taken_as = {(row["printed"], row["read"]): row["taken_as"] for row in rows}
    pairs = sorted({*counts, *(pair for pair, uses in taken_as.items() if uses)})
    with path.open("w", encoding="utf-8") as file:
        file.writelines(head)
        file.write("printed,read,count,taken_as\n")
        for pair in pairs:
            cells = [*map(quoted, pair), str(counts.get(pair, "")), taken_as.get(pair, "")]
            file.write(",".join(cells) + "\n")


def quoted(text):
    plain = not any(character in text for character in ' ,"\n#')
    return text if plain else '"' + text.replace('"', '""') + '"'


if __name__ == "__main__":
    main()
