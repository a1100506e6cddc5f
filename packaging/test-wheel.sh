#!/usr/bin/env bash
# Builds the wheel, installs it into a virtual environment of its own and runs the program there.
# Needs python3 with venv, and maturin on the PATH or the package index. Arguments go to maturin in
# place of --release: `packaging/test-wheel.sh --profile dev` is quick.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/venv"
export PATH="$scratch/venv/bin:$PATH"
maturin --version >/dev/null 2>&1 || pip install --quiet 'maturin>=1.9,<2'
maturin build --locked --out "$scratch/wheels" "${@:---release}"
pip install --quiet --no-index "$scratch"/wheels/psod_match-*.whl

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
printed=$("$scratch/venv/bin/psod-match" --version)
if [[ $printed != "psod-match $version" ]]; then
    echo "test-wheel: the installed program prints '$printed', expected 'psod-match $version'" >&2
    exit 1
fi
# A proven issue, out of the knowledge base inside the program, in an empty home.
HOME=$scratch XDG_CACHE_HOME=$scratch/cache "$scratch/venv/bin/psod-match" examples/known-issue.txt \
    >"$scratch/answer.txt"
grep --quiet 'MATCH (proven)' "$scratch/answer.txt"
echo "$(basename "$scratch"/wheels/*.whl): installed, $printed, recognises examples/known-issue.txt"
