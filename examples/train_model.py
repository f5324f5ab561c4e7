"""Fits the final model to the features, on all tasks together, if the data passed their check."""

import argparse

from pipeline import fail, fit_of, gather, line, read_json, read_rows, say, share, sums, write_json

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--final", action="store_true", help="write final_model.pt rather than draft_model.pt")
options = parser.parse_args()

quality = read_json("data/quality.json", "validate_data.py")
if not quality["ordered"]:
    fail("data/quality.json says that the data are not good enough")
rows = read_rows("data/features.csv", "feature_engineering.py")
mine = share(rows)
say(f"trains on {len(mine)} of {len(rows)} rows")

parts = gather("train_model", sums(mine))
if parts is not None:
    model = line(parts)
    model["fit"] = fit_of(model, rows)
    target = "final_model.pt" if options.final else "draft_model.pt"
    write_json(target, model)
    say(f"y = {model['slope']:.3f} x + {model['intercept']:.3f}, R2 {model['fit']:.4f}, in {target}")
    if model["fit"] < 0.9:
        fail("the model explains too little")
