"""Pure functions: plain values in, plain values out. No session, no clock, no network."""
