"""What programs use: tokens of the JSON interface."""
