"""Fits a straight line to the data, each task to its share; the first task puts the shares together."""

import argparse

from pipeline import gather, line, read_rows, say, share, sums, write_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--data", required=True, help="what preprocess.py wrote")
parser.add_argument("--output", default="trained_model.pt")
options = parser.parse_args()

mine = share(read_rows(options.data, "preprocess.py"))
say(f"trains on {len(mine)} rows")
parts = gather("train", sums(mine))
if parts is not None:
    model = line(parts)
    write_json(options.output, model)
    say(f"y = {model['slope']:.3f} x + {model['intercept']:.3f}, from {model['rows']} rows, in {options.output}")
