"""Facts and decisions without a database or a network: plain values in, plain values out."""
