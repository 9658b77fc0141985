"""Which engine's parts are easier told from people's, player by player (docs/benchmarks-band.md).

usage: band_in_compositions.py CANTUS CANTUS_TRAIN FOLDER [--first SEED] [--engines sequence,band,auto]
Composes 16 bars of game, rock, pop and funk, ten seeds each from the first on, by each engine, and lets the judge hear them
against the validation side of the band collections (CANTUS_DATA names the data folder).
"""
import argparse
import pathlib
import re
import subprocess

SETS = ["freedoom", "freedoom_history", "simutrans", "openmsx", "tanner_helland", "blasphemer", "easyrpg", "liquidwar5"]
FAMILIES = ["drums", "bass", "chords", "pad", "melody", "together"]


def compose(cantus, engine, folder, first):
    folder.mkdir(parents=True, exist_ok=True)
    for style in ["game", "rock", "pop", "funk"]:
        for seed in range(first, first + 10):
            subprocess.run([cantus, "compose", "-q", "--style", style, "--bars", "16", "--metre", "4/4", "--parts",
                            "melody,chords,pad,bass,drums", "--engine", engine, "--no-critic", "--seed", str(seed),
                            "-o", folder / f"{style}-{seed}.mid"], check=True)


def judge(trainer, folder):
    said = subprocess.run([trainer, "judge", "--band", "--human", *SETS, "--ours", folder, "--split", "validation", "--most", "240",
                           "--metres", "4/4", "--clues", "1"], check=True, capture_output=True, text=True).stdout
    areas = {"all": re.search(r"trees\s+([\d.]+)", said).group(1)}
    for family in FAMILIES:
        areas[family] = re.search(rf"^  {family}\s+([\d.]+)", said, re.M).group(1)
    return areas


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cantus")
    parser.add_argument("trainer")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--first", type=int, default=101)
    parser.add_argument("--engines", default="sequence,band")
    asked = parser.parse_args()
    print("| engine | all |", " | ".join(FAMILIES), "|\n|" + "---|" * (2 + len(FAMILIES)))
    for engine in asked.engines.split(","):
        compose(asked.cantus, engine, asked.folder / engine, asked.first)
        areas = judge(asked.trainer, asked.folder / engine)
        print("|", engine, "|", " | ".join(areas.values()), "|", flush=True)


if __name__ == "__main__":
    main()
