#!/usr/bin/env bash
# All that has to hold before a change lands: builds everything, runs every test, and measures the build against the one
# of the commit before. With --sanitizers once more under the address and undefined behaviour sanitizers, which takes
# about as long again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

presets=(dev)
case "${1-}" in
  "") ;;
  --sanitizers) presets=(dev asan) ;;
  *)
    echo "usage: cmake/check.sh [--sanitizers]" >&2
    exit 2
    ;;
esac

cmake/install-dependencies.sh --checks
for preset in "${presets[@]}"; do
  started=$SECONDS
  cmake --preset "$preset"
  cmake --build --preset "$preset"
  echo "$preset: built in $((SECONDS - started)) s"

  started=$SECONDS
  ctest --preset "$preset" </dev/null
  echo "$preset: tested in $((SECONDS - started)) s"
done

bench/versus_previous.sh
