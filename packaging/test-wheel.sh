#!/usr/bin/env bash
# Builds the wheel, installs it into a virtual environment of its own and runs the program there.
# Needs python3 with venv, and maturin on the PATH or the package index. Arguments go to maturin in
# place of --release: `packaging/test-wheel.sh --profile dev` is quick.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    echo "packaging/test-wheel.sh: $*" >&2
    exit 1
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
export PATH="$scratch/venv/bin:$PATH"
maturin --version >/dev/null 2>&1 || pip install --quiet 'maturin>=1.9,<2'
maturin build --locked --out "$scratch/wheels" "${@:---release}"
wheel=$(echo "$scratch"/wheels/psod_match-*.whl)
[[ -f $wheel ]] || fail "maturin has made $(ls "$scratch/wheels"), expected one psod_match-*.whl"
pip install --quiet --no-index "$wheel"

installed=$scratch/venv/bin/psod-match
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
printed=$("$installed" --version)
[[ $printed == "psod-match $version "* ]] || fail "printed '$printed', expected 'psod-match $version'"
# A proven issue, out of the knowledge base inside the program, in an empty home.
export HOME=$scratch/home XDG_CACHE_HOME=$scratch/cache
answer=$("$installed" --lang en examples/known-issue.txt) ||
    fail "ends with status $? for examples/known-issue.txt: $answer"
[[ $answer == *'MATCH (proven) KB370976'* ]] || fail "no match for examples/known-issue.txt: $answer"
echo "$(basename "$wheel"): $(stat --format %s "$wheel") bytes, installed, finds KB370976"
