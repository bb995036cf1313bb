"""The benchmarks, one file per question. Every result is a ratio within one run on one machine."""
