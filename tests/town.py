"""The generated city that the tests share: large enough for every scene."""

EVENTS = 120_000
