"""The price book: versioned, sourced tables and the code that loads and looks them up."""
