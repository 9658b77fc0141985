"""Whether the critic's choice brings what is composed nearer to people's music (docs/critic.md).

usage: best_of_eight.py CANTUS CANTUS_TRAIN PACK FOLDER [--only folk,song] [--split held-out] [--weights CRITIC]
                        [--scales piece,section,phrase] [--most 80] [--rivals]

For each held-out lead sheet by people, eight pieces are composed without the critic, in the same metre, number of bars and
key. The critic (`cantus critique`) orders them. `cantus-train judge`, which was trained separately and knows nothing of the
critic, then tells the first draws from people's pieces, and the critic's favourites; `cantus-train critic --variety` says
how far apart the pieces of each set are. --rivals also composes with the critic at work: one piece, and the first of eight.
CANTUS_DATA names the data folder, CANTUS_MODELS other weights. Pieces are kept in FOLDER and made only once. Prints Markdown.
"""
import argparse, json, os, pathlib, shutil, subprocess

SETS = {"folk": ("nottingham", "4/4,6/8,2/4,2/2"), "song": ("openewld", "4/4,2/2")}
DRAWS = 8


def options():
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ["cantus", "trainer", "pack", "folder"]:
        parser.add_argument(name)
    parser.add_argument("--only", default="folk,song")
    parser.add_argument("--split", default="held-out")
    parser.add_argument("--scales", default="piece,section,phrase")
    parser.add_argument("--most", type=int, default=80)
    parser.add_argument("--weights")
    parser.add_argument("--rivals", action="store_true")
    return parser.parse_args()


def judge(o, style, *arguments):
    people, metres = SETS[style]
    command = [o.trainer, "judge", "--corpus", o.pack, "--split", o.split, "--human", people, "--metres", metres, *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compose(o, style, people, what, count, *more):
    folder = pathlib.Path(o.folder) / style / what
    folder.mkdir(parents=True, exist_ok=True)
    for number, piece in enumerate(people):
        name = folder / f"{number + 1}.mid"
        last = name if count == 1 else folder / f"{number + 1}-{count}.mid"
        if not last.exists():
            subprocess.run([o.cantus, "compose", "--style", style, "--parts", "melody", "--meter", piece["metre"], "--bars",
                            str(piece["bars"]), "--key", piece["key"], "--seed", str(1000 * number + 1), "--count", str(count),
                            "-q", "-o", str(name), *more], check=True)
    return folder


def score(o, path):
    weights = ["--weights", o.weights] if o.weights else []
    said = subprocess.run([o.cantus, "--json", "critique", str(path), *weights], check=True, capture_output=True, text=True)
    return json.loads(said.stdout)["scores"]["overall"]


def gather(o, style, what, paths):
    folder = pathlib.Path(o.folder) / style / what
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in paths:
        shutil.copy(path, folder)
    return folder


def sets_of(o, style):
    people = judge(o, style, "--list")[: o.most]
    drawn = compose(o, style, people, "draws", DRAWS, "--no-critic")
    draws = [[drawn / f"{n + 1}-{i + 1}.mid" for i in range(DRAWS)] for n in range(len(people))]
    best = [max(eight, key=lambda path: score(o, path)) for eight in draws]
    rows = {"a single draw": gather(o, style, "single", [eight[0] for eight in draws]),
            "best of eight by the critic": gather(o, style, "best", best)}
    if o.rivals:
        rows["one, the critic choosing its melody"] = compose(o, style, people, "default", 1)
        ranked = compose(o, style, people, "ranked", DRAWS)
        rows["the first of eight such"] = gather(o, style, "first", [ranked / f"{n + 1}-1.mid" for n in range(len(people))])
    return rows


def variety(o, folder):
    said = subprocess.run([o.trainer, "critic", "--variety", str(folder)], check=True, capture_output=True, text=True)
    return float(said.stdout.split()[0])


def main():
    o = options()
    o.cantus, o.trainer = os.path.abspath(o.cantus), os.path.abspath(o.trainer)
    scales = o.scales.split(",")
    print("| | | " + " | ".join(scales) + " | critic's mean score | variety |\n|---|---|" + "---|" * (len(scales) + 2))
    for style in o.only.split(","):
        for name, folder in sets_of(o, style).items():
            areas = []
            for scale in scales:
                a = judge(o, style, "--ours", str(folder), "--scale", scale, "--json")["trees"]
                areas.append(f'{a["area"]:.3f} ({a["low"]:.3f} to {a["high"]:.3f})')
            scores = [score(o, path) for path in folder.iterdir()]
            print(f'| {style} | {name} | ' + " | ".join(areas) +
                  f' | {sum(scores) / len(scores):.2f} | {variety(o, folder):.3f} |', flush=True)


if __name__ == "__main__":
    main()
