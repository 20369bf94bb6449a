"""Fuzzes the service: schemathesis sends requests that fit its API description and requests that do not.

`python3 .ci/fuzz v4 sqlite`; also `rest` and `postgresql`. Needs schemathesis, and Roster's debug build. Fails if an
answer does not fit the description.
"""

import collections
import contextlib
import importlib
import pathlib
import sys
import tempfile
import time

import postgres
from run import Run
from service import served

DATABASES = {"sqlite": lambda folder: contextlib.nullcontext(), "postgresql": postgres.started}


def main(name, database):
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="roster-fuzz-") as path, contextlib.ExitStack() as stack:
        folder = pathlib.Path(path)
        service = stack.enter_context(served(folder, stack.enter_context(DATABASES[database](folder))))
        door = importlib.import_module(f"{name}.door").Door(service, folder)
        runs = [Run(name, service.url + door.location, caller, folder) for caller in door.callers()]
        reports = [run.report() for run in runs]
        where = f"{door.location} on {database}"
        return verdict(where, door, reports, list(service.statuses()), time.monotonic() - since)


def verdict(where, door, reports, statuses, seconds):
    cases = sum(report["test_cases"]["generated"] for report in reports)
    misfits = sum(failure["count"] for report in reports for failure in report["failures"])
    server_errors = sum(status >= 500 for status in statuses)
    is_whole = all(report["complete"] and report["exit_code"] == 0 for report in reports)
    counts = sorted(collections.Counter(statuses).items())
    print("statuses:", ", ".join(f"{status} x {count}" for status, count in counts))
    is_intact = door.is_intact()
    if not is_intact:
        print("found: the caller lost the way in, or the workspace, during the run")
    has_passed = is_whole and is_intact and cases >= door.target and not misfits and not server_errors
    value = f"{cases} cases of {where}, {server_errors} 5xx, {misfits} misfits in {seconds:.0f} s"
    print(f"C1 value={value} target={door.target} cases, 0, 0 {'PASS' if has_passed else 'FAIL'}")
    return 0 if has_passed else 1


sys.exit(main(*sys.argv[1:]))
