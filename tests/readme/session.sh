#!/usr/bin/env bash
# Runs the session of README.md: each line that begins with "$ ", in a new folder, with the loopctl in
# the folder given. Fails where a command does.
set -euo pipefail

programs=$1
readme=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

commands=$(sed -n '/^```console$/,/^```$/ s/^\$ //p' "$readme")
if [[ $commands != *"loopctl init"* ]]; then
  echo "README.md has no session to run" >&2
  exit 1
fi

cd "$folder"
export PATH="$programs:$PATH" XDG_CONFIG_HOME="$folder/.config" XDG_STATE_HOME="$folder/.state"
bash -euxo pipefail -c "$commands"
