"""Live screens: who is in which room, and what is put there."""
