"""The receivers of docs/webhooks take what we sign, and nothing else."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from chuantou.cases.webhooks.signing import body_of, headers_of, message_id
from chuantou.cases.webhooks.subscriptions import new_secret
from chuantou.schemas.alerts import encode_alert
from tests.cases.postgres import free_port
from tests.cases.told import version

DOCS = Path(__file__).parents[2] / "docs" / "webhooks"
RECEIVERS = {"python": [sys.executable, str(DOCS / "verify.py")], "java": ["java", str(DOCS / "Verify.java")]}
START_S = 60.0


@pytest.mark.parametrize("language", sorted(RECEIVERS))
def test_it_takes_our_signature_and_refuses_any_other(language: str) -> None:
    if shutil.which(RECEIVERS[language][0]) is None:
        if os.environ.get("CHUANTOU_REQUIRE_KAFKA"):  # which needs Java too
            pytest.fail("java is not installed")
        pytest.skip("java is not installed")
    secret, port, told = new_secret(), free_port(), version("a1", 2)
    body = body_of("a1", 2, told.known_at, encode_alert(told.alert))
    now, name = int(time.time()), message_id("a1", 2)
    environment = os.environ | {"CHUANTOU_SECRET": secret}
    process = subprocess.Popen([*RECEIVERS[language], str(port)], env=environment, stdout=subprocess.PIPE)
    try:
        good = headers_of(name, now, body, (new_secret(), secret))  # during a rotation: the second one fits
        assert answer(port, body, good) == 204
        assert answer(port, body, good) == 204  # a duplicate is answered too
        assert answer(port, body.replace(b"red", b"log"), good) == 400
        assert answer(port, body, headers_of(name, now, body, (new_secret(),))) == 400
        assert answer(port, body, headers_of(name, now - 3_600, body, (secret,))) == 400
        assert answer(port, body, good | {"webhook-id": "a1-3"}) == 400
    finally:
        process.terminate()
    assert process.communicate()[0].decode().startswith("a1")


def answer(port: int, body: bytes, headers: dict[str, str]) -> int:
    """The status; waits for the receiver to be up."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", body, headers, method="POST")
    deadline = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as got:
                return int(got.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
