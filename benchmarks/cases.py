"""CAS-1, CAS-2: alerts into the case store, and signed webhooks out of it to a receiver on this machine.

``python -m benchmarks.cases [--alerts N] [--small]``. CAS-1 writes batches of 1,000 alerts with their audit rows and deliveries
into a fresh SQLite file, flushed to disk at each commit. CAS-2 tells them all to one receiver that answers at once, each
signed, its outcome kept; the peer of CAS-2 posts the same bodies with aiohttp and neither signs nor keeps anything. What has
arrived must be every alert, once.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from aiohttp import ClientSession, web

from chuantou.cases import alert_intake
from chuantou.cases.store import open_store, writing
from chuantou.cases.webhooks import subscriptions
from chuantou.cases.webhooks.delivery import AT_ONCE, Caller, Deliverer
from chuantou.cases.webhooks.subscriptions import Wanted
from chuantou.schemas.alerts import Alert, Window, encode_alert
from chuantou.streams.alert_versions import Told

BATCH = 1_000
PAYER = "uscc:91320902001010024P"


def told(number: int) -> Told:
    """A red alert with a name list of ordinary length."""
    alert = Alert(
        alert_id=f"{number:032x}", version=1, kind="created", detector="P2P-01", clause="二(一)1", subjects=[PAYER],
        accounts=[f"6222{n:012d}" for n in range(5)], severity="red", score=90, amount_fen=100_000_000,
        amount_low_fen=90_000_000, amount_high_fen=110_000_000,
        window=Window(first="2016-06-01T00:00:00+08:00", last="2016-06-20T00:00:00+08:00"),
        first_breach="2016-06-20T10:00:00+08:00", values={"inflow_fen": 100_000_000, "n_investors": 160}, transactions=[],
        offices=["O1", "POLICE", "MARKET"], county_lead="320902", four_in_one=True, recommended_class="4",
        rule_pack="yancheng-2016", evidence_sha256="0" * 64, summary_zh="归集资金。" * 20, summary_en="gathered money. " * 10,
    )  # fmt: skip
    return Told(alert, number)


async def measure(n: int) -> None:
    seen: set[str] = set()

    async def receive(request: web.Request) -> web.Response:
        await request.read()
        seen.add(request.headers.get("webhook-id", ""))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    alerts = [told(number) for number in range(n)]
    with tempfile.TemporaryDirectory() as folder:
        engine = await open_store(f"sqlite:///{Path(folder) / 'cases.db'}")
        async with writing(engine) as connection:
            await subscriptions.add(connection, url, Wanted(), 0, allow_http=True)
        start = time.perf_counter()
        for at in range(0, n, BATCH):
            async with writing(engine) as connection:
                await alert_intake.take(connection, alerts[at : at + BATCH], 0)
        seconds = time.perf_counter() - start
        print(f"CAS-1 {n:,} alerts into SQLite with audit rows and deliveries: {n / seconds:,.0f} alerts/s", flush=True)
        async with Caller(("127.0.0.0/8",)) as caller:
            start = time.perf_counter()
            await Deliverer(engine, caller).drain()
            seconds = time.perf_counter() - start
        await engine.dispose()
    if len(seen) != n:
        raise SystemExit(f"CAS-2: {len(seen)} of {n} alerts arrived")
    plainly = await post_plainly(url, [encode_alert(one.alert) for one in alerts])
    print(f"CAS-2 {n:,} signed webhooks to one local receiver: {n / seconds:,.0f}/s; aiohttp alone {n / plainly:,.0f}/s, "
          f"ratio {plainly / seconds:.2f}", flush=True)  # fmt: skip
    await runner.cleanup()


async def post_plainly(url: str, bodies: list[bytes]) -> float:
    gate = asyncio.Semaphore(AT_ONCE)
    async with ClientSession() as session:

        async def post(body: bytes) -> None:
            async with gate, session.post(url, data=body) as answer:
                await answer.read()

        start = time.perf_counter()
        await asyncio.gather(*(post(body) for body in bodies))
        return time.perf_counter() - start


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--alerts", type=int, default=20_000)
    parser.add_argument("--small", action="store_true", help="prove that it works; the figures say nothing")
    options = parser.parse_args(arguments)
    asyncio.run(measure(500 if options.small else options.alerts))


if __name__ == "__main__":
    main()
