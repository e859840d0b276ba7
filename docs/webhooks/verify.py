"""A receiver of alerts in Python, standard library alone: checks the signature, knows duplicates and keeps versions in order.

``CHUANTOU_SECRET=whsec_… python verify.py PORT`` prints a line for each new version; behind a reverse proxy that does TLS.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_S = 300  # an older or younger timestamp is a replay, or a wrong clock
MOST_BYTES = 4 << 20


def verified(secret, headers, body, now):
    """The event, or ValueError: by constant-time comparison with each signature, over the very bytes that came."""
    stamp = headers["webhook-timestamp"]
    if abs(now - int(stamp)) > TOLERANCE_S:
        raise ValueError("timestamp out of tolerance")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((headers["webhook-id"].encode(), stamp.encode(), body))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    marks = (mark.partition(",") for mark in headers["webhook-signature"].split())
    if not any(kind == "v1" and hmac.compare_digest(mark, wanted) for kind, _, mark in marks):
        raise ValueError("no signature fits")
    return json.loads(body)


SEEN = {}  # alert -> highest version; a real receiver keeps this in its database


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers["content-length"])
        body = self.rfile.read(min(length, MOST_BYTES))
        try:
            alert = verified(os.environ["CHUANTOU_SECRET"], self.headers, body, time.time())["data"]
        except (ValueError, TypeError, KeyError):
            self.send_response(400)
        else:
            if alert.get("version", 0) > SEEN.get(alert.get("alert_id"), 0):  # else a duplicate: answered, not acted on
                SEEN[alert["alert_id"]] = alert["version"]
                print(alert["alert_id"], alert["version"], alert["severity"], alert["detector"], flush=True)
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
