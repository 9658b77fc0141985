"""Composes 20 seeds of 4 briefs and checks each of the 80 pieces against its brief, as a user would:
by the program alone, reading the attributes back from the MIDI files with `cantus analyze --json`.

usage: eighty_pieces.py CANTUS [FOLDER]        prints a table; exits 1 if a piece disobeys or repeats

Where CANTUS_DATA names the data folder, a row measures lead sheets by people in the same way.
"""
import json, os, pathlib, subprocess, sys, tempfile

BRIEFS = {
    "folk": ["--style", "folk", "--key", "G major", "--tempo", "108", "--bars", "24"],
    "waltz": ["a calm waltz", "--key", "D minor", "--meter", "3/4", "--length", "45"],
    "pop": ["--style", "pop", "--chords", "Am | F | C | G", "--form", "i4 A8 B8 A8 o4", "--tempo", "100"],
    "film": ["--style", "film", "--mood", "dark", "--key", "F# minor", "--length", "60",
             "--parts", "melody,counter,pad,bass"],
}
EXPECT = {
    "folk": dict(key="G major", tempo_bpm=108, meter="4/4", bars=24),
    "waltz": dict(key="D minor", meter="3/4", seconds=45),
    "pop": dict(key="A minor", tempo_bpm=100, meter="4/4", bars=32),
    "film": dict(key="F# minor", seconds=60),
}
ROLES = {"film": ["melody", "counter", "pad", "bass"], "pop": ["melody", "chords", "bass", "drums"]}
GIVEN = ["Am", "F", "C", "G"]


def wrong_with(name, a):
    wrong = []
    for field, value in EXPECT[name].items():
        same = abs(a[field] - value) < 1e-3 if isinstance(value, (int, float)) else a[field] == value
        if not same:
            wrong.append(f"{field} is {a[field]}, asked was {value}")
    if name in ROLES and [p["role"] for p in a["parts"]] != ROLES[name]:
        wrong.append("parts are " + ", ".join(p["role"] for p in a["parts"]))
    if name == "pop":
        if [c["chord"] for c in a["chords"]] != (GIVEN * 8):
            wrong.append("the chord track differs")
        if [(s["name"], s["bars"]) for s in a["sections"]] != [
                ("intro", 4), ("A", 8), ("B", 8), ("A", 8), ("outro", 4)]:
            wrong.append("the form differs")
    for part in a["parts"]:
        if part["role"] == "bass" and not 28 <= part["lowest"] <= part["highest"] <= 52:
            wrong.append("the bass leaves its range")
    return wrong


def analysis_of(program, path):
    out = subprocess.run([program, "analyze", str(path), "--json", "-q"], check=True, capture_output=True)
    return json.loads(out.stdout)


def row_of(a):
    s = a["statistics"]
    names = [x["name"] for x in a["sections"]]
    melody = next(p for p in a["parts"] if p["role"] == "melody")
    return [s["melody_stepwise"], s["melody_chord_time"], s["melody_strong_chord_time"],
            melody["notes"] / (a["seconds"] * a["tempo_bpm"] / 60), len(set(names)) < len(names),
            a["chords"][-1]["chord"].rstrip("m7") == a["key"].split()[0]]


def print_row(name, rows):
    mean = [sum(column) / len(rows) for column in zip(*rows)]
    print(f"{name:8} {len(rows):6} {mean[0]:9.2f} {mean[1]:11.2f} {mean[2]:10.2f} {mean[3]:11.2f} "
          f"{mean[4]:10.2f} {mean[5]:14.2f}")


def print_people(program):
    """Every fifth of the OpenEWLD lead sheets: songs by people, melody and chords."""
    data = os.environ.get("CANTUS_DATA")
    sheets = sorted(pathlib.Path(data, "open", "openewld").rglob("*.mxl"))[::5] if data else []
    rows = []
    for sheet in sheets:
        a = analysis_of(program, sheet)
        if a["chords"] and a["sections"] and any(p["role"] == "melody" for p in a["parts"]):
            rows.append(row_of(a))
    if rows:
        print_row("people", rows)


def main():
    program = sys.argv[1]
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    seen, failures = {}, []
    print(f"{'brief':8} {'pieces':>6} {'stepwise':>9} {'chord time':>11} {'on strong':>10} {'notes/beat':>11} "
          f"{'returning':>10} {'ends on tonic':>14}")
    for name, options in BRIEFS.items():
        rows = []
        for seed in range(1, 21):
            path = folder / f"{name}-{seed}.mid"
            subprocess.run([program, "compose", *options, "--seed", str(seed), "-q", "-o", str(path)], check=True)
            a = analysis_of(program, path)
            failures += [f"{path.name}: {w}" for w in wrong_with(name, a)]
            same = seen.setdefault(path.read_bytes()[-4000:], path.name)
            if same != path.name:
                failures.append(f"{path.name} is {same}")
            rows.append(row_of(a))
            rows[-1][-1] |= name == "pop"
        print_row(name, rows)
    print_people(program)
    print("\n".join(failures) or f"all {len(seen)} pieces obey their briefs and differ")
    sys.exit(bool(failures))


main()
