"""Entry point of the ``chuantou`` command."""


def main() -> None:
    raise SystemExit("not yet")
