"""What an agency types before it submits: kept drafts, last year's text, its own report to sign."""
