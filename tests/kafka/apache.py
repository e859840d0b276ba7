"""One node of Apache Kafka from its Maven artifacts: no distribution, no container; a few seconds to start."""

import base64
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

HERE = Path(__file__).parent
CACHE = Path.home() / ".cache" / "chuantou-kafka"
DOWNLOAD_TIMEOUT_S = 600.0
READY_TIMEOUT_S = 60.0
# Small and quick to start: one core compiles no more than it must.
JVM = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")


class NoKafkaError(RuntimeError):
    """What is missing to run Apache Kafka here."""


def jars() -> Path:
    """The directory of Kafka's jars, downloaded once. NoKafkaError without Java, Maven or network."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoKafkaError(f"{program} is not installed")
    done = CACHE / "jars"
    if not done.exists():
        writing = CACHE / f"jars.{os.getpid()}"
        command = [
            "mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
            "-DincludeScope=runtime", f"-DoutputDirectory={writing}",
        ]  # fmt: skip
        run = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_TIMEOUT_S, check=False, cwd=CACHE.parent)
        if run.returncode:
            raise NoKafkaError(f"Maven could not fetch Kafka: {run.stdout.decode(errors='replace')[-300:]}")
        writing.replace(done)
    return done


class ApacheKafka:
    """`with ApacheKafka(directory) as kafka: …kafka.url…`."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.jars = directory, jars()
        self.port, self._controller_port = _free_port(), _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"kafka://127.0.0.1:{self.port}"

    def __enter__(self) -> "ApacheKafka":
        properties = (HERE / "server.properties").read_text()
        for name, value in {
            "DATA_DIR": str(self.directory / "data"),
            "BROKER_PORT": str(self.port),
            "CONTROLLER_PORT": str(self._controller_port),
        }.items():
            properties = properties.replace(name, value)
        (self.directory / "server.properties").write_text(properties)
        cluster = base64.urlsafe_b64encode(b"chuantou-testing").rstrip(b"=").decode()
        self._java("kafka.tools.StorageTool", "format", "--standalone", "-t", cluster, "-c").wait(READY_TIMEOUT_S)
        self._process = self._java("kafka.Kafka")
        self._await_answer()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()  # nobody needs its data again
            self._process.wait()

    def _java(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.directory / "kafka.log").open("ab") as log:
            return subprocess.Popen(
                ["java", *JVM, "-cp", f"{self.jars}/*", *words, str(self.directory / "server.properties")],
                stdout=log, stderr=log,
            )  # fmt: skip

    def _await_answer(self) -> None:
        assert self._process is not None
        client = AdminClient({"bootstrap.servers": f"127.0.0.1:{self.port}", "log_level": 0})
        deadline = time.monotonic() + READY_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                client.list_topics(timeout=1)
                return
            except KafkaException:
                time.sleep(0.1)
        raise NoKafkaError(f"Kafka did not start: {(self.directory / 'kafka.log').read_text()[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
