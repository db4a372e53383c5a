#!/usr/bin/env bash
# From a fresh clone to a workspace whose loop has run: installs what is missing, builds loopctl, makes
# a workspace with three schedules, runs its engine until they have run, and shows what came of it.
# The agents are ordinary commands, so no account is needed. Run it again as often as you like.
#
#   cmake/quickstart.sh [directory]      the workspace; ./demo-workspace when not given
set -euo pipefail

sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
workspace=${1:-demo-workspace}

say() { printf '\n== %s\n' "$*"; }
run() {
  printf '$ loopctl -C %s %s\n' "$workspace" "$*"
  "$loopctl" -C "$workspace" "$@"
}
add() {
  local name=$1 mode=$2 cron=$3 instructions=$4
  if "$loopctl" -C "$workspace" schedule show "$name" >/dev/null 2>&1; then
    echo "schedule \"$name\" is there already"
    return
  fi
  run schedule add --name "$name" --mode "$mode" --agent shell \
    --instructions "$instructions" --cron "$cron"
}

say "Installing what is missing"
"$sources/cmake/install-dependencies.sh"

say "Building loopctl (in build/release)"
cd "$sources"
cmake --preset release >/dev/null
cmake --build --preset release --target loopctl --parallel "$(nproc)"
loopctl=$sources/build/release/bin/loopctl
cd "$OLDPWD"

say "Making the workspace $workspace"
if [[ -d $workspace/.loop ]]; then
  echo "it is there already"
else
  mkdir -p "$workspace"
  "$loopctl" init "$workspace"
fi
# The tasks below are scripts, and scripts run only where the operator said so.
run trust --yes

say "Three schedules: what to do, in which mode, how often (cron with leading seconds)"
add "count files" code '*/5 * * * * *' 'echo "files here: $(find . -path ./.loop -prune -o -type f -print | wc -l)"'
add "read todo" architect '*/10 * * * * *' 'echo "open items: $(grep -c "^- \[ \]" TODO.md)"'
add "disk space" ask '*/15 * * * * *' 'df -h .'

say "Running the engine for 16 s: slots come due by themselves"
run run --for 16s

say "What ran, how long it took, what was learnt"
run runs list --limit 10
run time report
run memory show
run status

say "Next"
found=no
for agent in claude codex gemini opencode; do
  if command -v "$agent" >/dev/null; then
    found=yes
    echo "$agent is on PATH: docs/agents.md says how to define it as an agent."
  fi
done
if [[ $found == no ]]; then
  echo "No claude, codex, gemini or opencode is on PATH; with one of them, schedules can give it work."
fi
echo "Everything is in plain files: look into $workspace."
