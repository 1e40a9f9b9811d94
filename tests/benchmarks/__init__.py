"""Benchmarks: each measures a ratio within one interleaved run, since an absolute time says little."""
