"""Checks the data that was downloaded: enough rows, few holes, x in order."""

import argparse

from pipeline import RANK, fail, read_json, read_rows, say, write_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--check", choices=["quality"], required=True)
options = parser.parse_args()

if RANK == 0:
    manifest = read_json("data/manifest.json", "download_data.py")
    rows = read_rows("data/raw.csv", "download_data.py")
    whole = len(rows) / manifest["rows"]
    ordered = all(a[0] <= b[0] for a, b in zip(rows, rows[1:]))
    write_json("data/quality.json", {"whole": whole, "ordered": ordered})
    say(f"{whole:.1%} of {manifest['rows']} rows are whole, x is {'in' if ordered else 'out of'} order")
    if whole < 0.95 or not ordered:
        fail("the data are not good enough")
