"""What is allowed: rules as masks over candidates and points, with words on demand."""
