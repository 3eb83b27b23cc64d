"""What `make bench` runs: ratios against a bare limit in the same run, on loopback, bounded in time."""
