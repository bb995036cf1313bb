"""What happens to conversations. A list knows its rows; a row does not know its lists."""
