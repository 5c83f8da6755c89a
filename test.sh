#!/bin/sh
# The tests: ./test.sh [--long] [anything pytest understands]. Needs Python 3.11 or newer.
# What this machine lacks is skipped aloud and named again at the end; APPEALS_REQUIRE_ALL=1 makes it a failure.
set -u
cd "$(dirname "$0")" || exit 1
. deploy/venv.sh

python_env requirements-dev.txt || exit 1
failed=''
check() {
    say "── $*"
    .venv/bin/python -m "$@" || failed="$failed $1"
}
check ruff check --quiet
check mypy
check pytest -n auto --dist loadgroup "$@"
[ -z "$failed" ] || { say "未通过 / failed:$failed"; exit 1; }
