"""What happens to broadcasts: their audience, their recipients, and what becomes of them."""
