"""Makes a data set under data/. It stands for a download: the examples need no network."""

import argparse
import hashlib
import random

from pipeline import RANK, say, write, write_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--dataset", required=True, help="the data set's name")
parser.add_argument("--rows", type=int, default=20_000)
options = parser.parse_args()

if RANK == 0:
    dice = random.Random(options.dataset)
    rows = []
    for n in range(options.rows):
        x = n / options.rows * 10.0
        y = 3.0 * x - 2.0 + dice.gauss(0.0, 0.5)
        # As in life, a few values are missing.
        rows.append(f"{x:.5f},{y:.5f}" if dice.random() > 0.01 else f"{x:.5f},")
    text = "x,y\n" + "\n".join(rows) + "\n"
    write("data/raw.csv", text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    write_json("data/manifest.json", {"dataset": options.dataset, "rows": len(rows), "sha256": digest})
    say(f"{options.dataset}: {len(rows)} rows in data/raw.csv, sha256 {digest[:12]}...")
