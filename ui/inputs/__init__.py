"""The form: five simple inputs, and every field of the scenario behind "More detail"."""
