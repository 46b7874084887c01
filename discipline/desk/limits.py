"""Thresholds of the desk, in one place and shown on the page beside each indicator.

They are the product's own, not a regulation's; supervision may ask for others (docs/decisions/0081).
"""

from datetime import time, timedelta

REFUSALS, REFUSAL_SPAN = 5, timedelta(minutes=10)
HIDDEN, OUT_OF_SCOPE = 2, 5
PAIR_TIMES, PAIR_SHARE, PAIR_SPAN = 5, 0.9, timedelta(days=7)
QUICK = timedelta(seconds=5)
DAY_BEGINS, DAY_ENDS = time(7), time(22)
SHOWN = 10  # rows of one indicator on the page; the others follow as these are put aside
FOUND = 50  # findings of one indicator that are counted beyond those put aside; more is said as “50+”
READ = 5_000  # refused entries that are looked at for bursts
READS_IN_AN_HOUR, ROWS_IN_AN_EXPORT = 200, 1_000
