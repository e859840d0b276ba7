"""A PostgreSQL server of our own for the tests: Debian's programs, a fresh directory, a free port, an ordinary user."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
START_S = 60
ORDINARY = "postgres"  # who runs it where we are root, which PostgreSQL refuses


def installed() -> bool:
    return bool(PROGRAMS) or shutil.which("initdb") is not None


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """Yields ``postgresql://…/NAME`` without the name of a database; the server ends with the context."""
    run = {"user": ORDINARY} if os.geteuid() == 0 else {}
    if run:
        os.chown(directory, pwd.getpwnam(ORDINARY).pw_uid, -1)
        for parent in directory.parents:
            if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    data, port = directory / "data", free_port()
    call = {"check": True, "capture_output": True, "timeout": 120, "cwd": directory, **run}
    subprocess.run([program("initdb"), "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync"], **call)  # type: ignore[call-overload]
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(directory), "-c", "fsync=off"]
    with (directory / "log").open("wb") as log:
        running = subprocess.Popen([program("postgres"), "-D", data, *options], stdout=log, stderr=log, cwd=directory, **run)  # type: ignore[call-overload]
    try:
        wait_for(port, running)
        yield f"postgresql://tests@127.0.0.1:{port}/"
    finally:
        running.send_signal(signal.SIGQUIT)
        running.wait(timeout=60)


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and running.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL does not answer on port {port}")


def program(name: str) -> str:
    """Debian keeps the server's programs beside the versions, not on the path."""
    found = [folder / name for folder in PROGRAMS if (folder / name).exists()]
    return str(found[0]) if found else name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
