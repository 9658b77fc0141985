#!/bin/sh
# Installs what is missing of the named lists in tools/packages (core, tests, trainer, developer).
# Says what and how large first; without root prints the one line to run and stops with 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wanted=$(for list in "$@"; do cat "$here/packages/$list"; done | tr '\n' ' ')
missing=""
for package in $wanted; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
line="apt-get install -y --no-install-recommends --no-remove$missing"
if [ "$(id -u)" -ne 0 ]; then
  echo "These Debian packages are missing:$missing"
  echo "Run this once as root, then try again:"
  echo "  sudo apt-get update && sudo $line"
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
echo "Installing from Debian:$missing"
# shellcheck disable=SC2086  # the list is words
apt-get install --no-install-recommends --no-remove -y --print-uris $missing 2>/dev/null |
  awk '$3 ~ /^[0-9]+$/ {bytes += $3; n++} END {printf "  %d packages, %.0f MB to download\n", n, bytes / 1e6}'
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends --no-remove $missing >/dev/null
