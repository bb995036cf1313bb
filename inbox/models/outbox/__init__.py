"""How texts leave: claimed, handed over, and settled by what the provider says."""
