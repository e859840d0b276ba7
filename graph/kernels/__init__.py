"""Numba kernels on arrays and scalars. They import nothing of ours; each has a naive twin in ``tests/oracles``."""
