"""Numba kernels on arrays and scalars. They import nothing of ours."""
