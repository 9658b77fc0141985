#!/bin/sh
# Builds the engine and its tests for arm64 with Debian's cross compiler and runs them under qemu: the same fixtures, to the bit.
# Needs, once, as root:
#   dpkg --add-architecture arm64 && apt-get update
#   apt-get install --no-install-recommends g++-aarch64-linux-gnu qemu-user libhwy-dev:arm64 googletest
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/build/arm64}
google=/usr/src/googletest
mkdir -p "$out"
compile() {
  object="$out/$(basename "$1").o"
  [ "$object" -nt "$1" ] && return
  aarch64-linux-gnu-g++ -std=c++20 -O2 -ffp-contract=off -DFMT_HEADER_ONLY -I"$here/src" -I/usr/include \
    -isystem $google/googletest/include -isystem $google/googlemock/include -I$google/googletest -I$google/googlemock \
    -DCANTUS_FIXTURES="\"$here/src/neural/infer/fixtures\"" -c "$1" -o "$object"
}
for file in $google/googletest/src/gtest-all.cc $google/googlemock/src/gmock-all.cc $google/googlemock/src/gmock_main.cc \
  "$here"/src/base/*.cpp "$here"/src/neural/infer/*.cpp; do
  case $file in *_fuzz.cpp | */base/*_test.cpp) continue ;; esac
  compile "$file"
done
aarch64-linux-gnu-g++ "$out"/*.o -o "$out/neural_infer_test" -L/usr/lib/aarch64-linux-gnu -lhwy -lpthread
qemu-aarch64 -L / "$out/neural_infer_test" --gtest_brief=1
