"""How texts are sent: claimed, handed over, and settled by what the provider says."""
