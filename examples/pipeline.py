"""What the example programs share: files that are whole or not there, and work split over a job's tasks.

Pure Python 3, standard library only, so that the examples run anywhere.
"""

import csv
import json
import os
import sys
import time

# srun sets both for each task of a step. A program that is not started by srun is alone, whatever was asked for.
TASKS = int(os.environ.get("SLURM_STEP_NUM_TASKS", "1"))
RANK = int(os.environ.get("SLURM_PROCID", "0")) if TASKS > 1 else 0
# Tells the parts of this run from those that an earlier one left.
RUN = os.environ.get("SLURM_JOB_ID", str(os.getpid())) + "." + os.environ.get("SLURM_RESTART_COUNT", "0")


def say(text):
    """One line of the log, with the task that says it when there are several."""
    print(f"[task {RANK} of {TASKS}] {text}" if TASKS > 1 else text, flush=True)


def fail(text):
    """Ends with exit code 1 and a reason."""
    sys.exit(f"error: {text}")


def need(path, maker):
    """Ends clearly if what an earlier job should have made is not there."""
    if not os.path.exists(path):
        fail(f"{path} is missing in {os.getcwd()}; {maker} makes it")
    return path


def write(path, text):
    """Writes a file that is seen whole or not at all."""
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    part = f"{path}.{RUN}.{RANK}.part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def write_json(path, value):
    """Writes a value as JSON."""
    write(path, json.dumps(value, indent=2) + "\n")


def read_json(path, maker):
    """Reads what `write_json` wrote."""
    with open(need(path, maker), encoding="utf-8") as file:
        try:
            return json.load(file)
        except ValueError as error:
            fail(f"{path} is not what {maker} writes: {error}")


def write_rows(path, rows):
    """Writes rows of x and y."""
    write(path, "x,y\n" + "".join(f"{x!r},{y!r}\n" for x, y in rows))


def read_rows(path, maker):
    """Reads the rows of x and y that have both."""
    with open(need(path, maker), newline="", encoding="utf-8") as file:
        rows = []
        for row in csv.DictReader(file):
            try:
                rows.append((float(row["x"]), float(row["y"])))
            except (KeyError, TypeError, ValueError):
                continue
    if not rows:
        fail(f"{path} has no rows of numbers x,y")
    return rows


def share(rows):
    """This task's share of the rows: every TASKS-th, beginning with its own."""
    return rows[RANK::TASKS]


def gather(name, mine, patience=60.0):
    """Each task gives its part; the first one gets all parts, in order, the others None.

    The parts meet in files of the working folder, which a job's nodes share.
    """
    if TASKS == 1:
        return [mine]
    folder = os.path.join("parts", f"{name}.{RUN}")
    write_json(os.path.join(folder, f"{RANK}.json"), mine)
    if RANK != 0:
        return None
    end = time.monotonic() + patience
    paths = [os.path.join(folder, f"{rank}.json") for rank in range(TASKS)]
    while missing := [path for path in paths if not os.path.exists(path)]:
        if time.monotonic() > end:
            fail(f"no part from {len(missing)} of {TASKS} tasks after {patience:.0f} s: {missing[0]} ...")
        time.sleep(0.02)
    return [read_json(path, "another task") for path in paths]


def sums(rows):
    """The sums that a straight line through rows needs; those of parts add up to those of the whole."""
    return [
        len(rows),
        sum(x for x, _ in rows),
        sum(y for _, y in rows),
        sum(x * x for x, _ in rows),
        sum(x * y for x, y in rows),
    ]


def line(parts):
    """The straight line of least squares, from the sums of all parts."""
    n, sx, sy, sxx, sxy = (sum(column) for column in zip(*parts))
    spread = n * sxx - sx * sx
    if n < 2 or spread == 0:
        fail(f"{n} rows do not make a line")
    slope = (n * sxy - sx * sy) / spread
    return {"slope": slope, "intercept": (sy - slope * sx) / n, "rows": n}


def fit_of(model, rows):
    """How much of the spread of y the model explains: R2."""
    mean = sum(y for _, y in rows) / len(rows)
    spread = sum((y - mean) ** 2 for _, y in rows)
    rest = sum((y - model["slope"] * x - model["intercept"]) ** 2 for x, y in rows)
    return 1.0 - rest / spread if spread else 0.0
