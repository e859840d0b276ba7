"""Numba kernels of the engine. They import nothing of ours; each has a naive twin in ``tests/oracles``."""
