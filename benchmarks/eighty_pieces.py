"""Composes 20 seeds of 4 briefs and checks each of the 80 pieces against its brief, as a user would:
by the program alone, reading the attributes back from the MIDI files with `cantus analyze --json`.

usage: eighty_pieces.py CANTUS [FOLDER]        prints a table; exits 1 if a piece disobeys or repeats
"""
import json, pathlib, subprocess, sys, tempfile

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


def main():
    program = sys.argv[1]
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    seen, failures = {}, []
    print(f"{'brief':6} {'pieces':>6} {'stepwise':>9} {'chord time':>11} {'on strong':>10} {'notes/beat':>11} "
          f"{'returning':>10} {'ends on tonic':>14}")
    for name, options in BRIEFS.items():
        rows = []
        for seed in range(1, 21):
            path = folder / f"{name}-{seed}.mid"
            subprocess.run([program, "compose", *options, "--seed", str(seed), "-q", "-o", str(path)], check=True)
            out = subprocess.run([program, "analyze", str(path), "--json"], check=True, capture_output=True)
            a = json.loads(out.stdout)
            failures += [f"{path.name}: {w}" for w in wrong_with(name, a)]
            same = seen.setdefault(path.read_bytes()[-4000:], path.name)
            if same != path.name:
                failures.append(f"{path.name} is {same}")
            s = a["statistics"]
            names = [x["name"] for x in a["sections"]]
            tonic = a["key"].split()[0]
            melody = next(p for p in a["parts"] if p["role"] == "melody")
            rows.append([s["melody_stepwise"], s["melody_chord_time"], s["melody_strong_chord_time"],
                         melody["notes"] / (a["seconds"] * a["tempo_bpm"] / 60),
                         len(set(names)) < len(names),
                         a["chords"][-1]["chord"].rstrip("m7") == tonic or name == "pop"])
        mean = [sum(column) / len(rows) for column in zip(*rows)]
        print(f"{name:6} {len(rows):6} {mean[0]:9.2f} {mean[1]:11.2f} {mean[2]:10.2f} {mean[3]:11.2f} "
              f"{mean[4]:10.2f} {mean[5]:14.2f}")
    print("\n".join(failures) or f"all {len(seen)} pieces obey their briefs and differ")
    sys.exit(bool(failures))


main()
