"""Ratios to named yardsticks, each taken in one run."""
