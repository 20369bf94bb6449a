"""One run of schemathesis: its arguments and its report."""

import dataclasses
import json
import os
import pathlib
import subprocess

HERE = pathlib.Path(__file__).parent
# A fixed seed, so that every run sends the same cases.
SEED = 4


@dataclasses.dataclass
class Caller:
    name: str
    headers: dict
    # The number of generated cases for each operation, beside those that every run starts with.
    examples: int
    # Further options of schemathesis, and environment variables for its hooks.
    options: list = dataclasses.field(default_factory=list)
    environment: dict = dataclasses.field(default_factory=dict)


class Run:
    """Starts without waiting, so that several runs can go in parallel."""

    def __init__(self, door, location, caller, folder):
        self.caller, self.output = caller, folder / f"{caller.name}.txt"
        self.json = folder / f"{caller.name}.json"
        modules = os.pathsep.join([str(HERE), str(HERE / door)])
        own = {"HYPOTHESIS_STORAGE_DIRECTORY": str(folder / caller.name), "PYTHONPATH": modules, **caller.environment}
        with self.output.open("wb") as output:
            command = self.command(HERE / door / "schemathesis.toml", location)
            self.process = subprocess.Popen(command, env=os.environ | own, stdout=output, stderr=output)

    def command(self, settings, location):
        command = ["schemathesis", "--config-file", settings, "run", location]
        command += ["--checks", "all", "--max-examples", str(self.caller.examples), "--seed", str(SEED)]
        command += ["--generation-database", "none", "--suppress-health-check", "too_slow"]
        command += ["--no-color", "--warnings", "off", "--report-json-path", self.json]
        for header in self.caller.headers.items():
            command += ["--header", ": ".join(header)]
        return command + self.caller.options

    def report(self):
        self.process.wait()
        print(f"-- as {self.caller.name}\n{self.output.read_text()}", flush=True)
        if self.process.returncode not in (0, 1):
            raise SystemExit(f"C1 FAIL: schemathesis ended with {self.process.returncode} and reports nothing")
        return json.loads(self.json.read_text())
