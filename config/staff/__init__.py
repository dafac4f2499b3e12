"""What the admin shows of the whole site: its first page, and one search for everything."""
