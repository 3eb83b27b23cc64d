"""What a coordinator does at the desk: reconciling, comparing, undoing."""
