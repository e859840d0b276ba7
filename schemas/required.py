"""Fields that a struct must call optional although the event's `type` needs them (`rules_of_streams.PRODUCT_NEEDS`)."""

from typing import TypeVar

T = TypeVar("T")


def required(value: T | None, field: str) -> T:
    """`value`, which decoding has made sure of; ValueError naming `field` for an event that was never checked."""
    if value is None:
        raise ValueError(f"{field} is missing: the event did not pass the contract's checks")
    return value
