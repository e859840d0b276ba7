"""Detectors room: the deterministic engine and one file a detector.

Imports graph and schemas; streams and console may import it.
"""
