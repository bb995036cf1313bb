"""Texts, in and out: receiving, replying, scheduling, undoing; uses the rooms beside it."""
