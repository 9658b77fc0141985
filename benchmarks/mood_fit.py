"""How loudness and brightness go with rated mood: the regression that src/music/theory/mood.h takes weights from.

python3 benchmarks/mood_fit.py [DATA]      DATA/open/film_mood_ratings; else $CANTUS_DATA

110 excerpts of film music (Eerola and Vuoskoski 2011): ratings on standardised log RMS and log spectral centroid.
"""
# SPDX-License-Identifier: Apache-2.0
import csv
import math
import os
import pathlib
import sys


def standardised(values):
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return [(v - mean) / deviation for v in values]


def product(a, b):
    return sum(x * y for x, y in zip(a, b)) / len(a)


def main():
    data = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CANTUS_DATA", "../shared/data"))
    folder = data / "open/film_mood_ratings/data"
    ratings = list(csv.DictReader(open(folder / "soundtrack.csv")))
    features = {int(row["File"][:3]): row for row in csv.DictReader(open(folder / "soundtrack_features.csv"))}
    of = lambda name: standardised([math.log(float(features[int(row["Number"])][name])) for row in ratings])
    loud, bright = of("RMS"), of("sp_centr")
    between = product(loud, bright)
    print(f"{len(ratings)} excerpts    loudness  brightness  explained")
    for name in ("Valence", "Energy", "Tension"):
        rated = standardised([float(row[name]) for row in ratings])
        by_loud, by_bright = product(rated, loud), product(rated, bright)
        a = (by_loud - between * by_bright) / (1 - between * between)
        b = (by_bright - between * by_loud) / (1 - between * between)
        print(f"{name:14} {a:9.2f} {b:11.2f} {100 * (a * by_loud + b * by_bright):8.0f} %")


if __name__ == "__main__":
    main()
