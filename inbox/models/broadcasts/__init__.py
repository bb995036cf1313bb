"""What happens to broadcasts: their audience, their recipients, and their progress."""
