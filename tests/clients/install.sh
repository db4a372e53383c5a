#!/usr/bin/env bash
# Puts the sessions and the pinned packages that they need into a folder; quick when they are there.
set -euo pipefail

sources=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
mkdir -p "$folder"
cp "$sources"/*.mjs "$folder"
if cmp -s "$sources/package-lock.json" "$folder/installed-lock.json"; then
  exit 0
fi
cp "$sources/package.json" "$sources/package-lock.json" "$folder"
npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund
cp "$sources/package-lock.json" "$folder/installed-lock.json"
