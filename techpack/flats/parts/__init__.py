"""Parts that many products share, as small functions at true size."""
