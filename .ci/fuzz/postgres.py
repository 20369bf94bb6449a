"""A PostgreSQL server in a temporary folder, stopped at the end."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

from service import free_port

# The data is discarded after the run, so commits need not reach the disk.
CARELESS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


@contextlib.contextmanager
def started(folder):
    """The URL of an empty database."""
    cluster, port, user = folder / "cluster", free_port(), other_user()
    cluster.mkdir()
    if user:
        shutil.chown(folder, user.pw_uid, user.pw_gid)
        shutil.chown(cluster, user.pw_uid, user.pw_gid)
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    options = {**identity, "cwd": folder, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    init = ["initdb", "-D", cluster, "-A", "trust", "-U", "roster", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([binaries() / init[0], *init[1:]], check=True, **options)
    serve = [binaries() / "postgres", "-D", cluster, "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}"]
    serve += ["-c", f"unix_socket_directories={folder}", "-c", "lc_messages=C", *CARELESS]
    server = subprocess.Popen(serve, **options)
    try:
        wait(port)
        yield f"postgres://roster@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(60)


def binaries():
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres", path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if found is None:
        raise SystemExit("PostgreSQL is not installed: no postgres is found")
    return pathlib.Path(found).parent


def other_user():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def wait(port):
    for _ in range(1200):
        ready = [binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        if subprocess.run(ready, check=False).returncode == 0:
            return
        time.sleep(0.1)
    raise SystemExit("PostgreSQL does not answer")
