"""Texts in and out: receiving, replying, scheduling, undoing. Uses the other folders of models."""
