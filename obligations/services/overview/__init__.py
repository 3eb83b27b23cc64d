"""What a coordinator oversees: the day's work, periods over time, who has not sent, search and exports."""
