"""The price book: versioned, sourced tables and the code that loads and looks them up."""

import pricing.schema  # noqa: F401  (before measurement_schema, which builds on it)
