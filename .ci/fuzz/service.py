"""Starts Roster's debug build on a free port with its own database."""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import time

import requests

BINARY = pathlib.Path("target/debug/roster")
PLENTY = "1000000"

# Cheap password hashing, throttles that are not reached, and ready on a disk with little free space.
SETTINGS = {
    "ROSTER_ARGON2_MEMORY_KIB": "8",
    "ROSTER_ARGON2_PASSES": "1",
    "ROSTER_SIGN_IN_PER_ACCOUNT_IN_ALL": PLENTY,
    "ROSTER_SIGN_IN_PER_ACCOUNT": PLENTY,
    "ROSTER_SIGN_IN_PER_ADDRESS": PLENTY,
    "ROSTER_REGISTRATIONS_PER_ADDRESS": PLENTY,
    "ROSTER_MIN_FREE_DISK_PERCENT": "0",
    "ROSTER_LOG": "warn,roster=info",
    "ROSTER_LOG_FORMAT": "json",
}


class Service:
    def __init__(self, url, log):
        self.url, self.log = url, log

    def statuses(self):
        """The answers, as the service logged them."""
        for line in self.log.read_text(errors="replace").splitlines():
            entry = json.loads(line) if line.startswith("{") else {}
            if entry.get("message") == "request":
                yield entry["status"]

    def wait(self, process):
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{self.url}/health/ready", timeout=5).ok:
                    return
            time.sleep(0.05)
        raise SystemExit(f"the service does not start:\n{self.log.read_text()}")


@contextlib.contextmanager
def served(folder, database_url=None):
    address = f"127.0.0.1:{free_port()}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("ROSTER_")}
    own.pop("DATABASE_URL", None)
    settings = {**SETTINGS, "ROSTER_LISTEN": address, "ROSTER_DATA_DIR": str(folder / "data")}
    if database_url:
        settings["ROSTER_DATABASE_URL"] = database_url
    service = Service(f"http://{address}", folder / "log")
    with service.log.open("wb") as log:
        process = subprocess.Popen([BINARY.resolve()], env=own | settings, stdout=log, stderr=log)
    try:
        service.wait(process)
        yield service
    finally:
        process.terminate()
        process.wait(60)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
