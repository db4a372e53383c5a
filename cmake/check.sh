#!/usr/bin/env bash
# All that has to hold before a change lands: builds everything and runs every test, as it is and
# under the address and undefined behaviour sanitizers. --quick leaves the sanitizers out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

presets=(dev asan)
case "${1-}" in
  "") ;;
  --quick) presets=(dev) ;;
  *)
    echo "usage: cmake/check.sh [--quick]" >&2
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
