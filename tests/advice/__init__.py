"""What the advice should be, argued before it was asked for."""
