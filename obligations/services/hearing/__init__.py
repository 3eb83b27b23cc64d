"""What comes back from outside: bounces and what Zalo tells."""
