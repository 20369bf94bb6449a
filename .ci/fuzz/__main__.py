"""The description against the service: schemathesis sends what fits it and what does not, as nobody and as an owner.

`python .ci/fuzz sqlite` or `python .ci/fuzz postgresql`, with schemathesis installed and Roster built. Fails unless
nothing is answered that the description does not announce.
"""

import collections
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import postgres
from service import served
from workspace import Workspace

HERE = pathlib.Path(__file__).parent
TARGET = 20_000
# Whatever a run finds, the next one finds, too.
SEED = 4
# For each operation, beside the cases that every run begins with.
EXAMPLES = {"anonymous": 60, "owner": 240}
DATABASES = {"sqlite": lambda folder: contextlib.nullcontext(), "postgresql": postgres.started}


def main(database):
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="roster-fuzz-") as name, contextlib.ExitStack() as stack:
        folder = pathlib.Path(name)
        service = stack.enter_context(served(folder, stack.enter_context(DATABASES[database](folder))))
        workspace = Workspace(service).fill()
        callers = {"anonymous": {}, "owner": workspace.headers()}
        runs = {caller: start(service, workspace, caller, callers[caller], folder) for caller in callers}
        reports = [finish(run, caller, folder) for caller, run in runs.items()]
        return verdict(database, reports, list(service.statuses()), workspace.is_still_owned(), time.monotonic() - since)


def start(service, workspace, caller, headers, folder):
    command = ["schemathesis", "--config-file", HERE / "schemathesis.toml", "run", f"{service.url}/openapi.json"]
    command += ["--checks", "all", "--max-examples", str(EXAMPLES[caller]), "--seed", str(SEED)]
    command += ["--generation-database", "none", "--suppress-health-check", "too_slow"]
    command += ["--no-color", "--warnings", "off", "--report-json-path", folder / f"{caller}.json"]
    for header in headers.items():
        command += ["--header", ": ".join(header)]
    own = {"ROSTER_FUZZ_INVITES": json.dumps(workspace.invites), "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / caller)}
    with (folder / f"{caller}.txt").open("wb") as output:
        return subprocess.Popen(command, env=os.environ | own, stdout=output, stderr=output)


def finish(run, caller, folder):
    run.wait()
    print(f"-- as {caller}\n{(folder / f'{caller}.txt').read_text()}", flush=True)
    if run.returncode not in (0, 1):
        raise SystemExit(f"C1 FAIL: schemathesis as {caller} ended with {run.returncode} and reports nothing")
    return json.loads((folder / f"{caller}.json").read_text())


def verdict(database, reports, statuses, is_still_owned, seconds):
    cases = sum(report["test_cases"]["generated"] for report in reports)
    misfits = sum(failure["count"] for report in reports for failure in report["failures"])
    server_errors = sum(status >= 500 for status in statuses)
    is_whole = all(report["complete"] and report["exit_code"] == 0 for report in reports)
    print("statuses:", ", ".join(f"{status} x {count}" for status, count in sorted(collections.Counter(statuses).items())))
    if not is_still_owned:
        print("found: the owner lost the session or the workspace on the way")
    has_passed = is_whole and is_still_owned and cases >= TARGET and not misfits and not server_errors
    value = f"{cases} cases on {database}, {server_errors} 5xx, {misfits} misfits in {seconds:.0f} s"
    print(f"C1 value={value} target={TARGET} cases, 0, 0 {'PASS' if has_passed else 'FAIL'}")
    return 0 if has_passed else 1


sys.exit(main(sys.argv[1]))
