"""Whether what is composed copies what was learnt from more than people copy one another (docs/benchmarks-realism.md).

usage: originality.py CANTUS PACK FOLDER

Every melody of FOLDER (composed pieces) is set against all melodies of the training side of PACK's tunes, songs and hymns: the
longest run of notes that some training melody has too, and the share of runs of 8, 16 and 32 notes that it has; moves in semitones
and lengths in proportion, so that neither key nor note values matter. Beside it the same of people's melodies of the held-out
sides, whose near duplicates are not in training. Prints Markdown.
"""
import collections, json, pathlib, struct, subprocess, sys, tempfile

SETS = ["nottingham", "openewld", "folk_abc", "open_hymnal"]
SEED = 14  # moves: longer runs are found from where so many agree


def melodies(pack, sets, splits):
    """One list of (onset, key number) a piece, of its lead or else its melody."""
    pack = pathlib.Path(pack)
    catalogue = json.loads(pack.with_suffix(".json").read_text())
    data = pack.read_bytes()
    count, = struct.unpack_from("<Q", data, 16)
    first_token = 32 + 24 * count
    words = catalogue["vocabulary"]["names"]
    found = {}
    for i in range(count):
        first, length, header, piece, split, view, _ = struct.unpack_from("<QIIIBBH", data, 32 + 24 * i)
        name = catalogue["views"][view]
        if split not in splits or name not in ("lead", "melody") or (name == "melody" and piece in found):
            continue
        if sets and catalogue["pieces"][piece]["set"] not in sets:
            continue
        ids = struct.unpack_from(f"<{length}H", data, first_token + 2 * first)
        found[piece] = notes([words[t] for t in ids])
    return [m for m in found.values() if len(m) > 16]


def notes(words):
    out, start, bar_length, at, begun, melody = [], 0, 96, 0, False, False
    for word in words:
        kind, _, value = word.partition(":")
        if kind == "metre":
            above, below = map(int, value.split("/"))
            bar_length = 96 * above // below
        elif kind == "bar":
            start += bar_length if begun else 0
            begun = True
        elif kind == "part":
            melody = value == "melody1"
        elif kind in ("root", "section", "pickup"):
            melody = False
        elif kind == "position":
            at = int(value)
        elif kind == "pitch" and melody:
            out.append((start + at, int(value)))
    return out


def moves(melody, letters):
    """Of each note but the first two a letter: the move to it, and its distance in time against the one before."""
    out = []
    for (a, _), (b, before), (c, now) in zip(melody, melody[1:], melody[2:]):
        out.append(letters.setdefault((now - before, (c - b) * 840 // max(1, b - a)), chr(len(letters) + 1)))
    return "".join(out)


def pieces_of(line, length):
    return [line[i : i + length] for i in range(len(line) - length + 1)]


def measure(lines, training):
    """Notes of each line's longest run that some training line has, and the shares of runs of 8, 16, 32 notes."""
    longest = [0] * len(lines)
    shares = {}
    for length in (*range(2, SEED + 1), 30):
        known = {run for line in training for run in pieces_of(line, length)}
        hits = [[run in known for run in pieces_of(line, length)] for line in lines]
        for i, hit in enumerate(hits):
            if any(hit) and length <= SEED:
                longest[i] = length + 2
        if length + 2 in (8, 16, 32):
            shares[length + 2] = sum(map(sum, hits)) / max(1, sum(map(len, hits)))
    places = collections.defaultdict(list)
    for number, line in enumerate(training):
        for i, run in enumerate(pieces_of(line, SEED)):
            places[run].append((number, i))
    for number, line in enumerate(lines):
        for i, run in enumerate(pieces_of(line, SEED)):
            for other, at in places.get(run, ()):
                length = SEED
                while line[i + length : i + length + 1] and line[i + length : i + length + 1] == training[other][at + length : at + length + 1]:
                    length += 1
                longest[number] = max(longest[number], length + 2)
    return longest, shares


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main():
    cantus, pack, folder = sys.argv[1:4]
    letters = {}
    training = [moves(m, letters) for m in melodies(pack, SETS, {0})]
    people = [moves(m, letters) for m in melodies(pack, SETS[:2], {1, 2})]
    with tempfile.TemporaryDirectory() as scratch:
        own_pack = f"{scratch}/ours.pack"
        subprocess.run([cantus, "corpus", "pack", folder, "-o", own_pack], check=True, capture_output=True)
        ours = [moves(m, letters) for m in melodies(own_pack, None, {0, 1, 2})]
    print(f"{len(training)} training melodies\n")
    print("| | melodies | longest run in common, mean | median | 95 of 100 | longest of all | longer than 95 of 100 by people "
          "| runs of 8 | of 16 | of 32 |\n|---|---|---|---|---|---|---|---|---|---|")
    limit = None
    for name, lines in (("people, held out", people), ("composed", ours)):
        longest, shares = measure(lines, training)
        limit = percentile(longest, 0.95) if limit is None else limit
        print(f"| {name} | {len(lines)} | {sum(longest) / len(longest):.1f} | {percentile(longest, 0.5)} | {percentile(longest, 0.95)} "
              f"| {max(longest)} | {sum(n > limit for n in longest) / len(longest):.3f} | {shares[8]:.3f} | {shares[16]:.3f} "
              f"| {shares[32]:.3f} |")


if __name__ == "__main__":
    main()
