"""The pages: inputs, wording and layout. Every figure comes from the calculators."""
