#!/usr/bin/env bash
# Formats every source file in place; with --check only says which ones are not formatted, and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1-}" in
  "") mode=(-i) ;;
  --check) mode=(--dry-run -Werror) ;;
  *)
    echo "usage: cmake/format.sh [--check]" >&2
    exit 2
    ;;
esac

find libloop apps tests bench -type f \( -name '*.h' -o -name '*.hpp' -o -name '*.cpp' \) -print0 |
  sort -z |
  xargs -0 -r clang-format-19 "${mode[@]}"
