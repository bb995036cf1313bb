"""The benchmarks: one file a question. Every figure is a ratio within one run on one machine."""
