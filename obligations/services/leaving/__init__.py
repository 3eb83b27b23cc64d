"""Taking everything out in open formats, to leave the product or to keep beside it."""
