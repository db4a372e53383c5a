#!/usr/bin/env bash
# Measures this commit's build against the build of the commit before it, in turns on this machine, and fails when a
# row lost more than the limit. Rows that wait for the disk are left out: they tell of the disk.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rows=(append.unsynced stdio.pipelined stdio.sequential http.calls_16 command.one timer report search status)
limit=20 # per cent, in the median and in each of the rounds; the hot paths' table sees less than that

if ! git rev-parse --quiet --verify 'HEAD^' >/dev/null; then
  echo "versus the previous commit: skipped, this checkout does not hold it"
  exit 0
fi
previous=build/previous
rm -rf "$previous"
mkdir -p "$previous"
git archive 'HEAD^' | tar -x -C "$previous"
if ! (cd "$previous" && grep -q '"bench"' CMakePresets.json); then
  echo "versus the previous commit: skipped, it has no benchmarks"
  exit 0
fi

build() { (cd "$1" && cmake --preset bench >/dev/null && cmake --build --preset bench | tail -n 1); }
if ! build "$previous"; then
  echo "versus the previous commit: skipped, it cannot be built here"
  exit 0
fi
build .
scratch=$(mktemp -d "$PWD/build/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
build/bench/bin/loop-bench --versus "$previous/build/bench/bin/loop-bench" --scale quick --rounds 7 --round-ms 200 \
  --limit "$limit" --scratch "$scratch" "${rows[@]}"
