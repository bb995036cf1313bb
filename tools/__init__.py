"""Scripts that bin/ runs."""
