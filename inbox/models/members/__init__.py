"""What happens to members: importing them."""
