"""What a coordinator reviews by, and takes back: versions side by side, acts undone, one more reminder."""
