"""The only SQL: schema, migrations and the store."""
