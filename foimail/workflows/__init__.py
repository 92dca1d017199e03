"""One file per thing a person does: load, decide (pure), record, act, record."""
