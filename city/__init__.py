"""City: a deterministic generated city with schemes, lawful look-alikes and their truth. Imports schemas only."""

from .city import City, build

__all__ = ["City", "build"]
