"""What happens to members: importing them, and their consent to texts."""
