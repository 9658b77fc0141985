"""Whether what is composed repeats itself as people's music does: lead sheets composed in the styles that were
learnt from lead sheets, beside the training and held-out pieces of those collections.

usage: repetition.py CANTUS [PIECES [FOLDER]]   PIECES of each style (100); composed pieces are kept in FOLDER

CANTUS_DATA names the data folder, CANTUS_MODELS other weights. Prints a Markdown table of means with bootstrap
intervals (`cantus corpus repetition`), and for each figure whether the intervals of composed and held-out overlap.
"""
import json, os, pathlib, subprocess, sys, tempfile

# name: (options, the collection the style's melodies were mostly learnt from); as a user gets them, and in a
# form common in the collection
BRIEFS = {
    "song, 48 bars": (["--style", "song", "--bars", "48"], "openewld"),  # as long as people's on the average
    "song, a minute": (["--style", "song"], "openewld"),
    "folk, 32 bars": (["--style", "folk", "--bars", "32"], "nottingham"),
    "folk AABB": (["--style", "folk", "--form", "A8 A8 B8 B8"], "nottingham"),
}
SHOWN = {"bars in all": "bars", "2 bars": "2 bars", "4 bars": "4 bars", "8 bars on": "8 bars on", "3-8 s": "3-8 s",
         "8-15 s": "8-15 s", "15 s on": "15 s on", "compression": "compression", "bars": "bars heard before",
         "rhythms of bars": "rhythms heard before"}


def compose(program, options, pieces, folder):
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.glob("*.mid"))) < pieces:
        subprocess.run([program, "compose", *options, "--parts", "melody", "--count", str(pieces), "-q",
                        "-o", str(folder / "piece.mid")], check=True)


def measure(program, names):
    out = subprocess.run([program, "corpus", "repetition", *names, "--json", "-q"], check=True, capture_output=True)
    return json.loads(out.stdout)


def line(name, row):
    cells = []
    for figure in SHOWN:
        m = row["figures"][figure]
        cells.append(f'{m["mean"]:.2f} ({m["low"]:.2f}–{m["high"]:.2f})' if m["pieces"] else "")
    return f'| {name}, {row["figures"]["compression"]["pieces"]} | ' + " | ".join(cells) + " |"


def unmatched(composed, people):
    found = []
    for figure, name in SHOWN.items():
        c, p = composed["figures"][figure], people["figures"][figure]
        if figure != "bars in all" and c["pieces"] and (c["low"] > p["high"] or c["high"] < p["low"]):
            found.append(f'{name} {"more" if c["mean"] > p["mean"] else "less"}')
    return found


def main():
    program = os.path.abspath(sys.argv[1])
    pieces = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    folder = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else tempfile.mkdtemp(prefix="repetition"))
    for name, (options, _) in BRIEFS.items():
        compose(program, options, pieces, folder / name)
    collections = list(dict.fromkeys(collection for _, collection in BRIEFS.values()))
    people = measure(program, collections)
    composed = {row["source"]: row for row in measure(program, [str(folder / name) for name in BRIEFS])}
    print("| | " + " | ".join(SHOWN.values()) + " |\n|" + "---|" * (len(SHOWN) + 1))
    verdicts = []
    for collection in collections:
        rows = {row["pieces"]: row for row in people if row["source"] == collection}
        for name, (_, learnt_from) in BRIEFS.items():
            if learnt_from != collection:
                continue
            print(line(f"**composed, {name}**", composed[name]))
            missed = unmatched(composed[name], rows["held out"])
            verdicts.append(f"{name}: " + ("all matched" if not missed else "not matched: " + ", ".join(missed)))
        for name, row in rows.items():
            print(line(f"{collection}, {name}", row))
    print("\n" + "\n".join(verdicts))


if __name__ == "__main__":
    main()
