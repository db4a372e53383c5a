#!/usr/bin/env bash
# Installs what building and testing needs on Debian 12; asks for nothing and does nothing when all of
# it is there. With --checks also what the checks of the sources and the fuzz targets need.
set -euo pipefail

packages=(
  g++ cmake ninja-build git pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-program-options1.81-dev
  libfmt-dev libre2-dev libyaml-cpp-dev libtomlplusplus-dev libhowardhinnant-date-dev nettle-dev
  catch2 tzdata
)

case "${1-}" in
  "") ;;
  --checks)
    packages+=(clang-19 clang-tidy-19 clang-format-19 libclang-rt-19-dev ccache strace valgrind)
    # For the protocol's clients of tests/clients, which bring their own Node.
    command -v npm >/dev/null || packages+=(npm)
    # In front of loop-mcp in tests/clients. The package starts a service, which the tests do not use.
    [[ -x /usr/sbin/nginx ]] || command -v nginx >/dev/null || packages+=(nginx-light)
    ;;
  *)
    echo "usage: cmake/install-dependencies.sh [--checks]" >&2
    exit 2
    ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  if [[ $status != installed ]]; then
    missing+=("$package")
  fi
done
if ((${#missing[@]} == 0)); then
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "not installed: ${missing[*]}; run this script as root, or install sudo" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "installing: ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null
