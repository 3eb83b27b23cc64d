"""What an agency asks for or says besides its report, and what a coordinator decides on it."""
