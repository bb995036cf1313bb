"""What happens to conversations. A list knows rows; a row knows no list."""
