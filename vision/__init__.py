"""See and measure products on photos: no Django, nothing of ours outside this package."""
