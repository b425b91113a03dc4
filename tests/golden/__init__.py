"""Golden quotes: one option of each kind, to a cent."""
