"""Which engine's parts are easier told from people's, player by player (docs/benchmarks-band.md).

usage: band_in_compositions.py CANTUS CANTUS_TRAIN FOLDER
Composes 16 bars of game, rock, pop and funk, ten seeds each, by either engine, and lets the judge hear them against the
validation side of the band collections (CANTUS_DATA names the data folder).
"""
import pathlib
import re
import subprocess
import sys

SETS = ["freedoom", "freedoom_history", "simutrans", "openmsx", "tanner_helland", "blasphemer", "easyrpg", "liquidwar5"]
FAMILIES = ["drums", "bass", "chords", "pad", "melody", "together"]


def compose(cantus, engine, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for style in ["game", "rock", "pop", "funk"]:
        for seed in range(101, 111):
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
    cantus, trainer, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    print("| engine | all |", " | ".join(FAMILIES), "|\n|" + "---|" * (2 + len(FAMILIES)))
    for engine in ["sequence", "band"]:
        compose(cantus, engine, folder / engine)
        areas = judge(trainer, folder / engine)
        print("|", engine, "|", " | ".join(areas.values()), "|")


if __name__ == "__main__":
    main()
