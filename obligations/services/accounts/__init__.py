"""Named accounts: their roles and who stands in for whom, how they sign in, their sessions and second factors."""
