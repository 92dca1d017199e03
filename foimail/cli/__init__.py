"""The command line: parses what was asked, prints what came back, decides nothing."""
