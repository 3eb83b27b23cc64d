"""The proof of notice of one assignment, as rows and as a document."""
