#!/usr/bin/env python3
"""Measures how many pictures of other things are read as a screen: none should be.

    python3 benches/other_pictures.py target/release/psod-match [PICTURES]

Draws PICTURES (200) gradients, noise, shapes, rulings, chequers, lines of ordinary words, waves, dots in the
cells of a console and rectangles, most of them on purple, some blurred, some as JPEG; the same ones in every
run. Needs Pillow. Prints how many were read as text, and how many of them as a crash.
"""

import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from PIL import Image, ImageDraw, ImageFilter

SIZES = [(300, 200), (640, 480), (800, 600), (720, 400), (500, 700)]
WORDS = "Welcome to our shop please login Price 42 items cart and more".split()
WHITE = (250, 250, 250)


def of_points(size, colour):
    picture = Image.new("RGB", size)
    picture.putdata([colour(x, y) for y in range(size[1]) for x in range(size[0])])
    return picture


def gradient(choose, size, _):
    a, b, blue = choose.randrange(1, 5), choose.randrange(1, 5), choose.randrange(256)
    return of_points(size, lambda x, y: (a * x % 256, b * y % 256, blue))


def noise(choose, size, purple):
    return of_points(size, lambda _x, _y: tuple(max(0, part + choose.randrange(-30, 30)) for part in purple))


def waves(choose, size, _):
    length = choose.choice([7, 9, 13])
    return of_points(size, lambda x, y: tuple(
        int(128 + 100 * math.sin((x * (j + 1) + y * (3 - j)) / length)) for j in range(3)))


def shapes(choose, size, purple):
    picture = Image.new("RGB", size, purple)
    draw = ImageDraw.Draw(picture)
    for _ in range(choose.randrange(1, 80)):
        x, y = choose.randrange(size[0]), choose.randrange(size[1])
        colour = tuple(choose.randrange(256) for _ in range(3))
        draw_one = choose.choice([draw.ellipse, draw.rectangle])
        draw_one([x, y, x + choose.randrange(1, 90), y + choose.randrange(1, 90)], fill=colour)
    return picture


def rulings(choose, size, purple):
    picture = Image.new("RGB", size, purple)
    draw = ImageDraw.Draw(picture)
    for y in range(0, size[1], choose.randrange(8, 24)):
        draw.line([0, y, size[0], y], fill=WHITE, width=choose.randrange(1, 4))
    return picture


def chequers(choose, size, purple):
    picture = Image.new("RGB", size, purple)
    draw, side = ImageDraw.Draw(picture), choose.randrange(4, 20)
    for y in range(0, size[1], 2 * side):
        for x in range(0, size[0], 2 * side):
            draw.rectangle([x, y, x + side - 1, y + side - 1], fill=WHITE)
    return picture


def words(choose, size, purple):
    picture = Image.new("RGB", size, purple)
    draw = ImageDraw.Draw(picture)
    for y in range(5, size[1] - 10, choose.randrange(11, 20)):
        draw.text((choose.randrange(3, 40), y), " ".join(choose.choices(WORDS, k=choose.randrange(1, 12))), fill=WHITE)
    return picture


def dots(choose, size, purple):
    picture = Image.new("RGB", size, purple)
    draw, (width, height) = ImageDraw.Draw(picture), choose.choice([(8, 16), (9, 16), (8, 14), (6, 12)])
    for y in range(0, size[1] - height, height):
        for x in range(0, size[0] - width, width):
            for _ in range(choose.choice([0, 0, choose.randrange(3, 20)])):
                draw.point((x + choose.randrange(width - 1), y + choose.randrange(height - 2)), fill=WHITE)
    return picture


KINDS = [gradient, noise, waves, shapes, rulings, chequers, words, dots]


def write_pictures(directory, count):
    for number in range(count):
        choose = random.Random(number)
        purple = choose.randrange(90, 180), choose.randrange(60), choose.randrange(90, 180)
        picture = KINDS[number % len(KINDS)](choose, choose.choice(SIZES), purple)
        if choose.random() < 0.3:
            picture = picture.filter(ImageFilter.GaussianBlur(2 * choose.random()))
        if choose.random() < 0.3:
            picture.save(directory / f"{number:05}.jpg", quality=choose.randrange(30, 95))
        else:
            picture.save(directory / f"{number:05}.png")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    with tempfile.TemporaryDirectory() as name:
        pictures = pathlib.Path(name) / "pictures"
        pictures.mkdir()
        write_pictures(pictures, count)
        environment = os.environ | {"XDG_DATA_HOME": name, "XDG_CACHE_HOME": name}
        done = subprocess.run([program, "-v", "--format", "json", pictures], capture_output=True, text=True,
                              env=environment)
        refused = sum("this is a picture" in line for line in done.stderr.splitlines())
        print(f"{count} pictures: {count - refused} read as text, {len(done.stdout.splitlines())} crashes")


if __name__ == "__main__":
    main()
