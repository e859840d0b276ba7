"""Plain readings of a scene's events, shared by the tests that recompute its truth."""

import datetime as dt

from chuantou.city.schemes import SCENES

MILLION = 1_000_000


def names(family, lawful):
    return [
        name
        for name, of_family, variant, _ in SCENES
        if of_family == family and variant.startswith("lookalike") == lawful
    ]


def transfers(events):
    return [event for event in events if event["stream"] == "clr.transfers"]


def owners(events):
    return {event["account"]: event["owner"] for event in events if event.get("type") == "OPEN"}


def roles(events):
    return {event["account"]: event["role"] for event in events if event.get("type") == "OPEN"}


def opening(events, account):
    (event,) = [
        e for e in events if e["stream"] == "acct.balance" and e["account"] == account and e["kind"] == "OPENING"
    ]
    return event["fen"]


def within(bounds, value):
    return bounds[0] <= value <= bounds[1]


def day(text):
    return dt.date.fromisoformat(text[:10])
