"""The generated city that the tests share: large enough for every scene."""

EVENTS = 80_000
