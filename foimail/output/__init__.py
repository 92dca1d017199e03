"""Plain rows become tables, CSV and JSON Lines."""
