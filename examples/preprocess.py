"""Drops the rows that are not whole and scales x to 0...1.

With --input it reads that file and writes processed_data.csv; with --stage it is the first stage of the parallel
pipeline, from data/raw.csv to data/stage1.csv.
"""

import argparse
import hashlib

from pipeline import RANK, fail, need, read_json, read_rows, say, write_rows

parser = argparse.ArgumentParser(description=__doc__)
what = parser.add_mutually_exclusive_group(required=True)
what.add_argument("--input", help="a CSV file with columns x and y")
what.add_argument("--stage", type=int, choices=[1])
options = parser.parse_args()

if options.input:
    source, target, maker = options.input, "processed_data.csv", "nobody here; it is the input"
else:
    source, target, maker = "data/raw.csv", f"data/stage{options.stage}.csv", "download_data.py"
    manifest = read_json("data/manifest.json", maker)
    with open(need(source, maker), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if digest != manifest["sha256"]:
        fail(f"{source} is not what {maker} wrote: sha256 {digest[:12]}..., not {manifest['sha256'][:12]}...")

if RANK == 0:
    rows = read_rows(source, maker)
    least, most = min(x for x, _ in rows), max(x for x, _ in rows)
    if least == most:
        fail(f"every x in {source} is {least}")
    write_rows(target, [((x - least) / (most - least), y) for x, y in rows])
    say(f"{source}: {len(rows)} whole rows, scaled, in {target}")
