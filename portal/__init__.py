"""The web side: an agency's page, the coordinator's pages, feeds, health and the JSON interface."""
