"""How a refresh reads a maintained package, compares it with the book and writes a proposal."""
