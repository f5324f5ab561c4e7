"""One task of sweep.yaml: looks for the minimum of (x - 3)^2 by gradient descent.

`fit` descends with the learning rate and the number of steps that it is given, and writes where it got to; `check` reads
that of one task; `best` compares all of them.
"""

import argparse
import glob
import json
import os
import sys

parser = argparse.ArgumentParser(description=__doc__)
what = parser.add_subparsers(dest="what", required=True)
fit = what.add_parser("fit")
fit.add_argument("--lr", type=float, required=True)
fit.add_argument("--steps", type=int, required=True)
fit.add_argument("--out", required=True)
check = what.add_parser("check")
check.add_argument("result")
what.add_parser("best")
options = parser.parse_args()


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if options.what == "fit":
    # Every column is a variable, too.
    name, task = os.environ["name"], os.environ["SRUNX_TASK_ID"]
    x = 0.0
    for _ in range(options.steps):
        x -= options.lr * 2 * (x - 3)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump({"name": name, "lr": options.lr, "x": x, "loss": (x - 3) ** 2}, file)
    print(f"task {task}, {name}: x = {x:.6g} after {options.steps} steps of {options.lr}")
elif options.what == "check":
    result = read(options.result)
    print(f"{result['name']}: loss {result['loss']:.3g}")
else:
    results = [read(path) for path in sorted(glob.glob("fit-*.json"))]
    if not results:
        sys.exit("no fit-*.json here; run the whole workflow")
    best = min(results, key=lambda result: result["loss"])
    print(f"best of {len(results)}: {best['name']} with a learning rate of {best['lr']}")
