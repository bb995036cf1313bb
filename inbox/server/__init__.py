"""Processes: serving, the web process and the worker, and the lock on the data."""
