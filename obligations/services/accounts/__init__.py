"""Named accounts and personal links: who asks, what they may see, how they sign in, sessions and second factors."""
