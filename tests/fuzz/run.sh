#!/usr/bin/env bash
# Builds the fuzz targets (clang 19, address and undefined sanitizers) and runs each for SECONDS, two
# at a time, with a bound on memory and on each input. Prints how often each was executed; fails when
# one of them found something. New inputs stay in build/fuzz/corpus, reproducers in build/fuzz.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}
cores=${LOOP_FUZZ_CORES:-2}

targets=$(for source in tests/fuzz/*_fuzz.cpp; do basename "$source" _fuzz.cpp; done)
if [ ! -f build/fuzz/build.ninja ]; then cmake --preset fuzz >/dev/null; fi
# shellcheck disable=SC2086
cmake --build build/fuzz -j"$cores" --target $(printf 'fuzz_%s ' $targets) >/dev/null

fuzz_one() {
  local name=$1 seconds=$2 found=build/fuzz/corpus/$1 log=build/fuzz/$1.log status=0
  mkdir -p "$found"
  timeout $((seconds + 120)) "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" \
    -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="build/fuzz/$name-" \
    "$found" "tests/fuzz/corpus/$name" >"$log" 2>&1 || status=$?
  printf '%-14s %12s executions  %s\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
    "$([ "$status" = 0 ] && echo ok || echo "FOUND SOMETHING, see $log")"
  return "$status"
}
export -f fuzz_one
printf '%s\n' $targets | xargs -P "$cores" -I{} bash -c "fuzz_one {} $seconds"
