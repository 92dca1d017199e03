"""What a person writes, read and checked: settings, trusts.yaml and importers, campaigns, and the package's own TOML tables."""
