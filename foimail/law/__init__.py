"""The law of time: working days, regimes, clocks and routes. Pure: London dates in, dates with their working out."""
