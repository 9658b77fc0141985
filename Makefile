# The commands people type. Everything real is in CMake; see CONTRIBUTING.md.
BUILD ?= build/release
JOBS ?= $(shell nproc)
CONFIGURE = cmake -G Ninja -S . -DCMAKE_BUILD_TYPE=Release
SONG = a bright folk tune, one minute

.PHONY: song test build trainer slow format tidy fuzz asan clean

song: build  ## install what is missing, build, compose a minute of music into out/
	@mkdir -p out
	$(BUILD)/apps/cli/cantus compose "$(SONG)" -o out/song.mid -o out/song.musicxml -o out/song.flac \
	  -o out/song.png -o out/song.json
	@echo
	@echo "Your song: out/song.flac (sound), out/song.mid and out/song.musicxml (notes),"
	@echo "           out/song.png (picture), out/song.json (where it came from)."
	@echo "Try next:  $(BUILD)/apps/cli/cantus compose \"a calm waltz in D minor\" --seed 7 -o out/waltz.flac -o out/waltz.png"
	@echo "           $(BUILD)/apps/cli/cantus compose --style jazz --chords \"Dm7 | G7 | Cmaj7 | A7\" -o out/jazz.mid --stems out/stems -o out/jazz.flac"

build:  ## the program alone: no LibTorch, no tests
	@tools/install_packages.sh core
	@$(CONFIGURE) -B $(BUILD) -DCANTUS_TESTS=OFF > /dev/null
	cmake --build $(BUILD) -j $(JOBS) --target cantus

test:  ## install what is missing, build everything, run every test but the slow ones
	@tools/install_packages.sh core tests trainer
	$(CONFIGURE) -B build/test -DCANTUS_TRAINER=ON
	cmake --build build/test -j $(JOBS)
	OMP_NUM_THREADS=1 ctest --test-dir build/test -j $(JOBS) --output-on-failure -LE slow --timeout 300

slow: test  ## the long tests
	OMP_NUM_THREADS=1 ctest --test-dir build/test --output-on-failure -L slow

trainer:  ## cantus-train
	@tools/install_packages.sh core trainer
	$(CONFIGURE) -B build/trainer -DCANTUS_TRAINER=ON -DCANTUS_TESTS=OFF
	cmake --build build/trainer -j $(JOBS) --target cantus-train

asan:  ## every test of the core under address and undefined-behaviour sanitizers
	@tools/install_packages.sh core tests
	cmake --preset asan && cmake --build --preset asan -j $(JOBS) && ctest --preset asan -LE slow

fuzz:  ## the fuzz targets, into build/fuzz; docs/fuzzing.md says how to run them
	@tools/install_packages.sh core tests developer
	cmake --preset fuzz && cmake --build --preset fuzz -j $(JOBS)

format:
	git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

tidy:
	@tools/install_packages.sh core tests developer
	$(CONFIGURE) -B build/tidy -DCMAKE_CXX_COMPILER=clang++-19
	git ls-files 'src/*.cpp' 'apps/cli/*.cpp' | grep -v -e neural/train -e _fuzz.cpp | xargs -P $(JOBS) -n 4 clang-tidy-19 -p build/tidy --quiet

clean:
	rm -rf build out
