"""What the program promises at its edge: exit codes, one sentence for each mistake, whole files.

python3 tests/command_line_test.py PROGRAM   (ctest runs it with the models of this tree)
"""
# SPDX-License-Identifier: Apache-2.0
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = None
SHORT = ["compose", "--style", "folk", "--bars", "2"]


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.held = tempfile.TemporaryDirectory(prefix="cantus_cli_")
        self.folder = pathlib.Path(self.held.name)

    def tearDown(self):
        self.held.cleanup()

    def cantus(self, *words, **more):
        return subprocess.run([PROGRAM, *words], cwd=self.folder, capture_output=True, timeout=120, **more)

    def refused(self, *words, naming, status=2):
        """The words are refused with one sentence that names the matter; nothing is written."""
        before = sorted(self.folder.rglob("*"))
        done = self.cantus(*words)
        said = done.stderr.decode()
        self.assertEqual(done.returncode, status, (words, said))
        self.assertEqual(said.count("\n"), 1, (words, said))
        self.assertTrue(said.startswith("cantus: "), (words, said))
        self.assertIn(naming, said)
        self.assertEqual(done.stdout, b"")
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_the_manifest_names_every_network_that_took_part(self):
        self.assertEqual(self.cantus(*SHORT, "-o", "a.json").returncode, 0)
        said = json.loads((self.folder / "a.json").read_text())
        self.assertEqual(said["weights"]["precision"], "int8")
        self.assertEqual(said["planner"]["card"]["format"], "cantus-card-1")
        self.assertIn("performer", said)
        own = str(pathlib.Path(os.environ["CANTUS_MODELS"]) / "composer.safetensors")
        done = self.cantus(*SHORT, "--weights", own, "--precision", "float32", "-o", "b.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads((self.folder / "b.json").read_text())
        self.assertEqual(said["weights"]["precision"], "float32")
        self.assertNotIn("planner", said)

    def test_one_thread_and_two_compose_the_same(self):
        music = []
        for threads in ("1", "2"):
            done = self.cantus("compose", "--style", "song", "--bars", "12", "--seed", "3", "-j", threads, "-o", threads + ".mid")
            self.assertEqual(done.returncode, 0, done.stderr)
            music.append((self.folder / (threads + ".mid")).read_bytes())
        self.assertEqual(*music)

    def test_of_many_ways_to_continue_a_melody_the_critic_keeps_one(self):
        (self.folder / "tune.abc").write_text(self.TUNE)
        for name, more in (("a", []), ("b", []), ("alone", ["--no-critic"])):
            done = self.cantus("continue", "tune.abc", "--bars", "8", *more, "-o", name + ".abc")
            self.assertEqual(done.returncode, 0, done.stderr)
        music = {name: (self.folder / (name + ".abc")).read_text().split("K:")[1] for name in ("a", "b", "alone")}
        self.assertEqual(music["a"], music["b"])
        self.assertNotEqual(music["a"], music["alone"])

    TUNE = "X:1\nM:4/4\nL:1/4\nK:G\nGBdB|AceA|dBGB|d4|GBdB|AceA|dBAF|G4|]\n"

    def test_a_piece_can_be_harmonized_accompanied_and_rewritten(self):
        (self.folder / "tune.abc").write_text(self.TUNE)
        done = self.cantus("harmonize", "tune.abc", "-o", "chords.abc")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"', (self.folder / "chords.abc").read_text())  # chord symbols stand in quotes
        done = self.cantus("accompany", "chords.abc", "--parts", "bass,drums", "-o", "band.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.cantus("rewrite", "band.mid", "--bars", "3-4", "--parts", "bass", "--seed", "5", "-o", "other.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotEqual((self.folder / "band.mid").read_bytes(), (self.folder / "other.mid").read_bytes())

    def test_the_band_plays_alone_and_beside_a_tune_and_walks_between(self):
        done = self.cantus("band", "--chords", "Am | F | C | G", "--bars", "8", "-o", "a.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.cantus("band", "--chords", "Am | F | C | G", "--bars", "8", "-j", "1", "-o", "again.mid")
        self.assertEqual((self.folder / "a.mid").read_bytes(), (self.folder / "again.mid").read_bytes())
        (self.folder / "tune.abc").write_text(self.TUNE)
        done = self.cantus("band", "--given", "tune.abc", "--parts", "drums,bass,keys", "-o", "b.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        parts = json.loads(self.cantus("--json", "analyze", "b.mid").stdout)["parts"]
        self.assertEqual(len(parts), 4)
        done = self.cantus("morph", "a.mid", "b.mid", "--steps", "3", "-o", "walk.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.cantus("compose", "--engine", "band", "--style", "rock", "--bars", "8", "-o", "c.mid", "-o", "c.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("bass", json.loads((self.folder / "c.json").read_text())["band"]["parts"])

    def test_what_the_band_cannot_play_is_refused_by_name(self):
        (self.folder / "tune.abc").write_text(self.TUNE)
        self.refused("band", "--parts", "kazoo", "-o", "out.mid", naming="kazoo")
        self.refused("band", "--parts", "counter", "-o", "out.mid", naming="counter")
        self.refused("band", "--metre", "5/4", "-o", "out.mid", naming="6/8")
        self.refused("band", "--given", "tune.abc", "--key", "D", "-o", "out.mid", naming="--given")
        self.refused("band", "--harmony", "jazzy", "-o", "out.mid", naming="jazzy")
        self.refused("compose", "--engine", "steam", "-o", "out.mid", naming="steam")
        self.refused("morph", "tune.abc", "tune.abc", "--steps", "1", "-o", "out.mid", naming="--steps")

    # A hornpipe of the eighteenth century, each strain twice.
    HORNPIPE = ["X:1\nT:Soldier's Joy\nM:4/4\nL:1/8\nK:D\n|:",
                '"D"fafd fafd', 'fafd "A7"e2 dc', '"D"fafd fafd', '"A7"edcd "D"d4',
                'fafd fafd', 'fafd "A7"e2 dc', '"D"d2 fa "A7"gfec', '"D"d2 d2 d4', ":|\n|:",
                '"D"d2 f2 "G"g2 f2', '"A7"e2 g2 "D"f2 d2', '"G"g2 b2 "D"a2 f2', '"A7"gfed e4',
                '"D"d2 f2 "G"g2 f2', '"A7"e2 g2 "D"f2 d2', 'd2 fa "A7"gfec', '"D"d2 d2 d4', ":|\n"]

    def critique(self, words):
        bars = "|".join(words).replace("|:|", "|:").replace("|:|\n", ":|\n")
        (self.folder / "piece.abc").write_text(bars)
        done = self.cantus("--json", "critique", "piece.abc")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_spoiled_tune_scores_lower_than_the_tune_in_the_aspect_that_is_spoiled(self):
        good = self.critique(self.HORNPIPE)
        self.assertEqual(sorted(good["sentences"]), ["form", "harmony", "melody", "overall", "rhythm"])
        self.assertGreater(good["scores"]["overall"], 0.5)
        spoiled = {
            "melody": {5: "f^afd =fafd", 7: '"D"d2 ^da "A7"g^eec', 12: '"G"g2 ^a2 "D"^g2 f2'},
            "rhythm": {2: 'f>afd- d/2f3/2 "A7"e dc', 6: 'z/f3/2ad- d/2f "A7"e5/2dc', 13: '"A7"z3/2g/2f3/2e/2 z2e2'},
            "harmony": {4: '"Eb"edcd "Ab"d4', 7: '"Gm"d2 fa "Bb"gfec', 12: '"C#"g2 b2 "F"a2 f2'},
        }
        for aspect, bars in spoiled.items():
            with self.subTest(aspect=aspect):
                words = [bars.get(i, word) for i, word in enumerate(self.HORNPIPE)]
                said = self.critique(words)
                self.assertLess(said["scores"][aspect], good["scores"][aspect])
                self.assertLess(said["scores"]["overall"], good["scores"]["overall"])
        swapped = list(self.HORNPIPE)
        swapped[2], swapped[8], swapped[11], swapped[17] = swapped[8], swapped[2], swapped[17], swapped[11]
        said = self.critique(swapped)
        self.assertLess(said["scores"]["form"], good["scores"]["form"])
        self.assertIn("bar", said["sentences"]["form"].lower())

    def test_what_cannot_be_judged_is_refused(self):
        (self.folder / "short.abc").write_text("X:1\nM:4/4\nL:1/4\nK:G\nGBdB|\n")
        self.refused("critique", "short.abc", naming="melodies", status=1)
        (self.folder / "bad.safetensors").write_bytes(b"nothing")
        (self.folder / "tune.abc").write_text(self.TUNE)
        self.refused("critique", "tune.abc", "--weights", "bad.safetensors", naming="bad.safetensors", status=1)

    def test_of_several_pieces_the_first_is_the_critics_favourite(self):
        done = self.cantus("compose", "--style", "folk", "--bars", "16", "--parts", "melody", "--count", "3", "-q",
                           "-o", "x.mid", "-o", "x.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [json.loads((self.folder / f"x-{i}.json").read_text()) for i in (1, 2, 3)]
        scores = [one["verdict"]["scores"]["overall"] for one in said]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(sorted(one["brief"]["seed"] for one in said), [1, 2, 3])
        heard = json.loads(self.cantus("--json", "critique", "x-1.mid").stdout)
        self.assertEqual(heard["scores"], said[0]["verdict"]["scores"])
        done = self.cantus("compose", "--style", "folk", "--bars", "16", "--parts", "melody", "--count", "2", "-q",
                           "--no-critic", "-o", "y.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [json.loads((self.folder / f"y-{i}.json").read_text()) for i in (1, 2)]
        self.assertEqual([one["brief"]["seed"] for one in said], [1, 2])
        self.assertNotIn("verdict", said[0])

    def test_of_several_bands_the_first_is_the_critics_favourite(self):
        asked = ["band", "--style", "rock", "--bars", "8", "--chords", "Am | F | C | G", "-q"]
        done = self.cantus(*asked, "--count", "3", "-o", "b.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = [json.loads(self.cantus("--json", "critique", f"b-{i}.mid").stdout)["band"] for i in (1, 2, 3)]
        scores = [one["scores"]["overall"] for one in said]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(sorted(said[0]["sentences"]), ["bass", "drums", "form", "harmony", "overall", "together"])
        self.assertEqual(self.cantus(*asked, "--no-critic", "-o", "single.mid").returncode, 0)
        self.assertEqual(self.cantus(*asked, "--no-critic", "--count", "2", "-o", "y.mid").returncode, 0)
        self.assertEqual((self.folder / "single.mid").read_bytes(), (self.folder / "y-1.mid").read_bytes())
        self.refused(*asked[:-1], "--count", "2", "-o", "-", naming="--count")

    def test_where_no_band_plays_none_is_judged(self):
        self.assertEqual(self.cantus("band", "--style", "rock", "--bars", "8", "--chords", "Am | F | C | G", "-q",
                                     "-o", "band.musicxml").returncode, 0)
        self.assertNotIn("band", self.critique(self.HORNPIPE), "a tune has no band")
        (self.folder / "bad.safetensors").write_bytes(b"nothing")
        self.refused("critique", "band.musicxml", "--band-weights", "bad.safetensors", naming="bad.safetensors", status=1)

    def test_a_composed_band_has_its_score_in_the_manifest(self):
        done = self.cantus("compose", "--style", "rock", "--bars", "8", "--engine", "band", "-q", "-o", "x.json",
                           "-o", "x.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        said = json.loads((self.folder / "x.json").read_text())["verdict"]["band"]
        self.assertEqual(said["critic"]["file"], "band_critic.safetensors")
        heard = json.loads(self.cantus("--json", "critique", "x.mid").stdout)["band"]
        self.assertAlmostEqual(heard["scores"]["overall"], said["scores"]["overall"], places=1)

    def test_edits_that_cannot_be_are_refused_by_name(self):
        (self.folder / "tune.abc").write_text(self.TUNE)
        self.refused("rewrite", "tune.abc", "--bars", "", "-o", "out.mid", naming="bars")
        for bars in ["x", "3-2", "-1", "3-", "1-99999999999"]:
            self.refused("rewrite", "tune.abc", f"--bars={bars}", "-o", "out.mid", naming="bars")
        self.refused("rewrite", "tune.abc", "--bars", "7-9", "-o", "out.mid", naming="bars 1 to 8", status=1)
        self.refused("rewrite", "tune.abc", "--bars", "1", "--parts", "bass", "-o", "out.mid", naming="bass")
        self.refused("rewrite", "tune.abc", "--bars", "1", "--parts", "7", "-o", "out.mid", naming="7")
        self.refused("accompany", "tune.abc", "--parts", "melody", "-o", "out.mid", naming="melody")
        self.refused("accompany", "tune.abc", "--parts", "kazoo", "-o", "out.mid", naming="kazoo")
        self.refused("accompany", "tune.abc", "--style", "polka-core", "-o", "out.mid", naming="polka-core")

    def test_values_that_are_none_are_refused_by_name(self):
        for option, values in {
            "--key": ["", "H-Moll", "D minorrr", "Z"],
            "--meter": ["", "4/4x", "2/4+3/4", "6.5/8", "0/4", "-3/4", "4/3", "999999999999/4", "4"],
            "--tempo": ["", "nan", "inf", "-5", "0", "19.9", "400.1", "fast"],
            "--length": ["", "nan", "0", "-1", "1801"],
            "--bars": ["", "0", "-1", "513", "99999999999", "1.5"],
            "--seed": ["", "-1", "18446744073709551616", "1.5"],
            "--loudness": ["", "nan", "0", "-200", "loud"],
            "--count": ["0", "10001", "two"],
            "--chords": ["", "|", "H7", "Dmfoo", "C/X", "%"],
            "--form": ["", "8", "A0", "A9999"],
            "--parts": ["", "kazoo", "melody,melody"],
            "--range": ["", "melody", "melody=C4", "melody=C4-D4", "tune=C4-C6"],
            "--instrument": ["", "melody=kazzoo", "melody=128"],
            "--style": ["", "polka-core"],
            "--mood": ["", "hungry"],
            "--valence": ["", "nan", "1.1", "bright"],
            "--arousal": ["", "-1.01"],
            "--density": ["", "0", "5", "nan"],
            "--guidance": ["", "-1", "4.5", "nan"],
            "--stems": [""],
        }.items():
            for value in values:
                with self.subTest(option=option, value=value):
                    self.refused("compose", option, value, "-o", "x.wav", naming="")

    def test_a_wish_for_a_part_that_is_left_out_is_refused(self):
        for wish in [["--range", "melody=C4-C6"], ["--instrument", "melody=flute"]]:
            self.refused(*SHORT, "--parts", "bass", *wish, "-o", "x.mid", naming="--parts")

    def test_no_chord_is_refused_as_that(self):
        self.refused(*SHORT, "--chords", "C | N.C.", "-o", "x.mid", naming="bar 2: 'N.C.'")

    def test_words_that_are_no_command_are_named(self):
        self.refused("kompose", "-o", "x.mid", naming="'kompose'")
        self.refused(*SHORT, "--tempoo", "90", "-o", "x.mid", naming="--tempoo")
        self.refused(naming="--help")

    def test_outputs_that_cannot_be_are_refused_before_composing(self):
        (self.folder / "folder.mid").mkdir()
        (self.folder / "file").write_text("old")
        self.refused(*SHORT, "-o", "x.foo", naming="x.foo")
        self.refused(*SHORT, "-o", "folder.mid", naming="is a folder")
        self.refused(*SHORT, "-o", "x.mid", "-o", "./x.mid", naming="named twice")
        self.refused(*SHORT, "-o", "-", "-o", "-", naming="named twice")
        self.refused(*SHORT, "-o", "-", "--json", naming="standard output")
        self.refused(*SHORT, "-o", "-", "--count", "2", naming="standard output")
        self.refused(*SHORT, "-o", "x.mid", "--stems", "file", naming="not a folder")
        self.assertEqual((self.folder / "file").read_text(), "old")

    def test_inputs_that_cannot_be_read_are_named(self):
        (self.folder / "empty.mid").touch()
        (self.folder / "noise.mid").write_bytes(bytes(range(256)))
        (self.folder / "noise.xyz").write_bytes(bytes(range(256)))
        for name in ["none.mid", "empty.mid", "noise.mid", "noise.xyz", "."]:
            for words in [["analyze", name], ["convert", name, "x.abc"], ["show", name, "-o", "x.png"],
                          ["render", name, "-o", "x.wav"], ["continue", name, "--bars", "2", "-o", "x.mid"]]:
                with self.subTest(words=words):
                    self.refused(*words, naming=name, status=1)

    def test_a_full_standard_output_fails(self):
        self.cantus(*SHORT, "-o", "x.mid")
        for words in [["analyze", "x.mid"], ["analyze", "x.mid", "--json"], ["convert", "x.mid", "-"],
                      ["corpus", "list"], ["--version"], [*SHORT, "-o", "y.mid", "--json"]]:
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = subprocess.run([PROGRAM, *words], cwd=self.folder, stdout=full, stderr=subprocess.PIPE)
                self.assertEqual(done.returncode, 1)
                self.assertIn(b"standard output", done.stderr)

    def test_data_is_on_standard_output_and_words_are_not(self):
        done = self.cantus(*SHORT, "-o", "-")
        self.assertTrue(done.stdout.startswith(b"MThd"))
        self.assertEqual(done.stderr.count(b"\n"), 1)  # no progress where there is no terminal
        self.assertNotIn(b"\033", done.stderr)
        done = self.cantus(*SHORT, "-q", "--json", "-o", "x.mid")
        self.assertEqual(json.loads(done.stdout)["plan"]["bars"], 2)
        self.assertEqual(done.stderr, b"")

    def test_bytes_that_are_no_text_do_no_harm(self):
        done = self.cantus(*SHORT, b"caf\xe9 \xff", "-o", "x.json", "-o", "x.musicxml", "-o", "x.mid")
        self.assertEqual(done.returncode, 0, done.stderr)
        json.loads((self.folder / "x.json").read_text(encoding="utf-8"))
        (self.folder / "x.musicxml").read_text(encoding="utf-8")
        self.assertEqual(self.cantus("analyze", "x.musicxml").returncode, 0)

    def test_short_lengths_are_composed(self):
        for seconds in ["1", "2", "5.5"]:
            done = self.cantus("compose", "--style", "folk", "--length", seconds, "--json", "-q", "-o", "x.mid")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertAlmostEqual(json.loads(done.stdout)["plan"]["seconds"], float(seconds), places=3)

    def test_wishes_that_cannot_all_be_met_are_wrong_use(self):
        self.refused("compose", "--bars", "100", "--length", "5", "-o", "x.mid", naming="tempo")

    def test_weights_are_found_in_the_data_folders(self):
        lonely = self.folder / "cantus"
        shutil.copy(PROGRAM, lonely)
        models = self.folder / "data" / "cantus" / "models"
        models.mkdir(parents=True)
        (models / "composer.safetensors").symlink_to(
            pathlib.Path(os.environ["CANTUS_MODELS"]).resolve() / "composer.safetensors")
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "CANTUS_")) and k != "HOME"}
        words = [lonely, *SHORT, "-q", "-o", "x.mid"]
        for name in ["XDG_DATA_HOME", "XDG_DATA_DIRS"]:
            done = subprocess.run(words, cwd=self.folder, env={**bare, name: str(self.folder / "data")})
            self.assertEqual(done.returncode, 0, name)
        done = subprocess.run(words, cwd=self.folder, env={**bare, "XDG_DATA_DIRS": "/nowhere"},
                              stderr=subprocess.PIPE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"CANTUS_MODELS", done.stderr)

    def test_interrupted_is_130_and_harms_nothing(self):
        for words in [["compose", "--length", "600", "--stems", "stems", "-o", "old.flac"],
                      ["corpus", "pack", "many", "--data", ".", "-o", "old.flac"]]:
            with self.subTest(words=words):
                many = self.folder / "many"
                many.mkdir(exist_ok=True)
                for i in range(3000 if words[0] == "corpus" else 0):
                    (many / f"{i}.abc").write_text("X:1\nT:t\nM:4/4\nL:1/8\nK:C\n" + "CDEF GABc|" * 200 + "\n")
                old = self.folder / "old.flac"
                old.write_text("old")
                child = subprocess.Popen([PROGRAM, *words], cwd=self.folder, stderr=subprocess.PIPE)
                time.sleep(0.7)
                child.send_signal(signal.SIGINT)
                said = child.communicate(timeout=60)[1]
                self.assertEqual(child.returncode, 130, said)
                self.assertEqual(old.read_text(), "old")
                self.assertEqual([p for p in self.folder.rglob("*") if ".part" in p.name], [])


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
