"""LDBC FinBench's transaction reads (TCR1–TCR12, TRW1–TRW3) answered by our graph, and measured against others."""
