#!/usr/bin/env bash
# Installs what loop-bench compares with: Debian packages, and packages of npm into DIR (default:
# build/peers). What cannot be had is named, and its rows say that it is absent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${1:-build/peers}

packages=(libsqlite3-dev libsimdjson-dev sqlite3 redis-server nginx-light wrk fd-find mawk python3 git)
command -v npm >/dev/null || packages+=(npm)
missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if ((${#missing[@]} > 0)); then
  as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
fi

mkdir -p "$target"
cp bench/peers/* "$target"
npm ci --prefix "$target" --no-audit --no-fund --ignore-scripts
