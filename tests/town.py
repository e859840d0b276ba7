"""The generated city that the tests share: large enough for every scene."""

EVENTS = 100_000
