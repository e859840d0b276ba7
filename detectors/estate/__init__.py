"""Detectors of the real-estate clauses 二(一)3 and 二(六)3."""
