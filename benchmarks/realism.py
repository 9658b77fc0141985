"""How well what is composed can be told from what people write (docs/benchmarks-realism.md).

usage: realism.py CANTUS CANTUS_TRAIN PACK [--times 3] [--folder FOLDER] [--only folk,song,waltz,together,band]
                  [--split held-out] [--share 1] [--scales piece,section,phrase] [--compose "--count 8"]

For each held-out lead sheet by people, TIMES pieces are composed in the same metre, number of bars and key (melody and
chords alone), in the style learnt from such sheets; then `cantus-train judge` tells the two apart as well as it can. PACK
is made by `cantus corpus pack -o open.pack` and says what is held out; CANTUS_DATA names the data folder, CANTUS_MODELS
other weights. What is set by looking at these figures is set with `--split train --share 0.2`: a fifth of the training
side's sheets. `band` sets four-bar phrases of bands against each other (`--phrases` names others of ours). Composed
pieces are kept in FOLDER and made only once. Prints Markdown.
"""
import argparse, json, os, pathlib, shlex, subprocess, tempfile

NOT_IN_THREE = ["4/4", "6/8", "2/4", "2/2"]
# name: (people's sets, their metres, the style to compose in)
COMPARISONS = {
    "folk": (["nottingham"], NOT_IN_THREE, "folk"),
    "song": (["openewld"], NOT_IN_THREE, "song"),
    "waltz": (["openewld", "nottingham"], ["3/4"], "waltz"),
}

BANDS = ["freedoom", "freedoom_history", "openmsx", "simutrans", "tanner_helland", "blasphemer", "easyrpg", "liquidwar5"]
BAND_STYLES = ["game", "film", "pop", "rock"]  # forty pieces of 16 bars each, all parts


def options():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("cantus")
    parser.add_argument("trainer")
    parser.add_argument("pack")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder")
    parser.add_argument("--only", default="folk,song,waltz,together")
    parser.add_argument("--split", default="held-out")
    parser.add_argument("--share", type=float, default=1.0, help="of that side's lead sheets, by lot")
    parser.add_argument("--scales", default="piece,section,phrase")
    parser.add_argument("--compose", default="", help="further options of cantus compose")
    parser.add_argument("--phrases", help="of ours for band: a .phrases file or folder, in place of composed pieces")
    parser.add_argument("--clues", type=int, default=15)
    return parser.parse_args()


def judge(o, *arguments):
    command = [o.trainer, "judge", "--corpus", o.pack, "--split", o.split, "--share", str(o.share), *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compose_like(o, name, folder):
    sets, metres, style = COMPARISONS[name]
    people = judge(o, "--human", ",".join(sets), "--metres", ",".join(metres), "--list")
    folder.mkdir(parents=True, exist_ok=True)
    for number, piece in enumerate(people):
        for time in range(o.times):
            path = folder / f"{number + 1}-{time + 1}.mid"
            if not path.exists():
                subprocess.run([o.cantus, "compose", "--style", style, "--parts", "melody", "--meter", piece["metre"],
                                "--bars", str(piece["bars"]), "--key", piece["key"], "--seed",
                                str(1000 * number + time + 1), "-q", "-o", str(path), *shlex.split(o.compose)],
                               check=True)


def compose_bands(o, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for style in BAND_STYLES:
        if not list(folder.glob(f"{style}-*.mid")):
            subprocess.run([o.cantus, "compose", "--style", style, "--bars", "16", "--count", "40", "--seed", "1", "-q", "-o",
                            str(folder / f"{style}.mid"), *shlex.split(o.compose)], check=True)


def verdict(o, names, folder, scale):
    if names == ["band"]:
        return judge(o, "--band", "--human", ",".join(BANDS), "--ours", o.phrases or str(folder / "band"), "--most", "300",
                     "--repeats", "1", "--json")
    sets = list(dict.fromkeys(s for name in names for s in COMPARISONS[name][0]))
    metres = list(dict.fromkeys(m for name in names for m in COMPARISONS[name][1]))
    ours = [str(folder / name) for name in names]
    controls = ["--controls"] if scale == "piece" else []
    return judge(o, "--human", ",".join(sets), "--metres", ",".join(metres), "--ours", ",".join(ours), "--scale", scale,
                 "--json", *controls)


def area(a):
    return f'{a["area"]:.3f} ({a["low"]:.3f}–{a["high"]:.3f})'


def print_areas(verdicts):
    print("| | people | ours | trees | logistic |\n|---|---|---|---|---|")
    for (name, scale), v in verdicts.items():
        print(f'| {name}, {scale} | {v["people"]} | {v["ours"]} | {area(v["trees"])} | {area(v["logistic"])} |')


def print_controls(verdicts):
    print("\n| people against | people, by lot | their notes shuffled | their bars shuffled |\n|---|---|---|---|")
    for (name, scale), v in verdicts.items():
        if "controls" not in v:
            continue
        c = v["controls"]
        halves = c["halves of people"]
        print(f'| {name}, {scale} | {sum(halves) / len(halves):.3f} ({min(halves):.3f}–{max(halves):.3f}) '
              f'| {c["notes shuffled"]:.3f} | {c["bars shuffled"]:.3f} |')


def print_families(verdicts):
    families = list(next(iter(verdicts.values()))["families"])
    known = ["moves", "pitches", "rhythm", "phrases", "returns", "chords", "agreement", "surprise"]
    families = [f for f in known if f in families] if "moves" in families else families
    print("\n| one family alone | " + " | ".join(families) + " |\n|" + "---|" * (len(families) + 1))
    for (name, scale), v in verdicts.items():
        print(f"| {name}, {scale} | " + " | ".join(f'{v["families"][f]:.3f}' for f in families) + " |")


def print_depth(verdicts):
    taken = [w["clues"] for w in next(iter(verdicts.values()))["without"]]
    print("\n| without the first so many clues | " + " | ".join(map(str, taken)) + " |\n|" + "---|" * (len(taken) + 1))
    for (name, scale), v in verdicts.items():
        print(f"| {name}, {scale} | " + " | ".join(f'{w["area"]:.3f}' for w in v["without"]) + " |")


def print_clues(name, v, count):
    print(f"\n### {name}\n\n| feature | cost | gain | alone | people | ours |\n|---|---|---|---|---|---|")
    for c in v["clues"][:count]:
        print(f'| {c["family"]}: {c["feature"]} | {c["cost"]:.3f} | {c["gain"]:.3f} | {c["alone"]:.3f} '
              f'| {c["people"]:.3f} | {c["ours"]:.3f} |')


def main():
    o = options()
    o.cantus, o.trainer = os.path.abspath(o.cantus), os.path.abspath(o.trainer)
    folder = pathlib.Path(o.folder or tempfile.mkdtemp(prefix="realism")).absolute()
    asked = o.only.split(",")
    verdicts = {}
    for name in COMPARISONS:
        if name in asked or "together" in asked:
            compose_like(o, name, folder / name)
    if "band" in asked and not o.phrases:
        compose_bands(o, folder / "band")
    for name in asked:
        for scale in ["piece"] if name == "band" else o.scales.split(","):
            verdicts[name, scale] = verdict(o, list(COMPARISONS) if name == "together" else [name], folder, scale)
    print_areas(verdicts)
    print_controls(verdicts)
    print_families(verdicts)
    print_depth(verdicts)
    for (name, scale), v in verdicts.items():
        if scale == "piece":
            print_clues(name, v, o.clues)


if __name__ == "__main__":
    main()
