"""Smooths y over its neighbours, each task its share of the rows; the first task puts the shares together."""

from pipeline import RANK, TASKS, gather, read_rows, say, write_rows

WINDOW = 5

rows = sorted(read_rows("data/stage1.csv", "preprocess.py --stage 1"))
mine = []
for at in range(RANK, len(rows), TASKS):
    near = rows[max(0, at - WINDOW) : at + WINDOW + 1]
    mine.append([at, rows[at][0], sum(y for _, y in near) / len(near)])
say(f"{len(mine)} of {len(rows)} rows smoothed")

parts = gather("features", mine)
if parts is not None:
    whole = sorted(row for part in parts for row in part)
    write_rows("data/features.csv", [(x, y) for _, x, y in whole])
    say(f"{len(whole)} rows in data/features.csv")
