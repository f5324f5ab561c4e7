"""Says how well the model fits the data that it was trained on."""

import argparse

from pipeline import RANK, fail, fit_of, read_json, read_rows, say, write_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", required=True, help="what train.py wrote")
parser.add_argument("--data", default="processed_data.csv")
options = parser.parse_args()

if RANK == 0:
    model = read_json(options.model, "train.py")
    fit = fit_of(model, read_rows(options.data, "preprocess.py"))
    write_json("metrics.json", {"r2": fit})
    say(f"R2 {fit:.4f}, in metrics.json")
    if fit < 0.9:
        fail("the model explains too little")
