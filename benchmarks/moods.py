"""Does a piece sound as the mood that was asked for? Composes, reads the mood back from the notes.

python3 benchmarks/moods.py PROGRAM [--weights FILE] [--seeds 6] [--guidance 0,1,1.5,2,3]

First everything is free (mood chooses tempo, mode and density as well as what the network is told); then key and
tempo are fixed, so that only what the network writes can follow. Prints Spearman's rank correlation of what was
asked with what analyze reads (docs/formats/analysis.md), and the mean read at each value asked.
"""
# SPDX-License-Identifier: Apache-2.0
import argparse
import concurrent.futures
import json
import os
import subprocess
import tempfile

GRID = [-1.0, -0.5, 0.0, 0.5, 1.0]


def ranks(values):
    order = sorted(range(len(values)), key=values.__getitem__)
    out = [0.0] * len(values)
    i = 0
    while i < len(order):
        j = i
        while j + 1 < len(order) and values[order[j + 1]] == values[order[i]]:
            j += 1
        for k in range(i, j + 1):
            out[order[k]] = (i + j) / 2
        i = j + 1
    return out


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    bottom = (sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b)) ** 0.5
    return top / bottom if bottom else 0.0


def read_back(task):
    program, words = task
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "song.mid")
        subprocess.run([program, "compose", *words, "-q", "-j", "1", "-o", path], check=True)
        said = subprocess.run([program, "analyze", path, "--json"], check=True, capture_output=True).stdout
    return json.loads(said)["statistics"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--weights")
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--guidance", default="0,1,1.5,2,3")
    asked = parser.parse_args()
    print(f"{'':26} {'rank correlation':>16}   mean read at {GRID}")
    for fixed in (False, True):
        for guidance in asked.guidance.split(","):
            for axis, other in (("valence", "arousal"), ("arousal", "valence")):
                tasks, wishes = [], []
                for value in GRID:
                    for seed in range(asked.seeds):
                        words = ["--style", "song", "--bars", "16", f"--{axis}={value}", f"--{other}=0",
                                 "--guidance", guidance, "--seed", str(seed), "--parts", "melody,chords,bass"]
                        if fixed:
                            words += ["--key", "C", "--tempo", "100"]
                        if asked.weights:
                            words += ["--weights", asked.weights]
                        tasks.append((asked.program, words))
                        wishes.append(value)
                with concurrent.futures.ThreadPoolExecutor(2) as pool:
                    read = [s[axis] for s in pool.map(read_back, tasks)]
                means = [sum(r for r, w in zip(read, wishes) if w == value) / asked.seeds for value in GRID]
                name = f"{'fixed' if fixed else 'free '} {axis} guidance {guidance}"
                print(f"{name:26} {spearman(wishes, read):16.2f}   " + " ".join(f"{m:6.2f}" for m in means), flush=True)


if __name__ == "__main__":
    main()
