"""What would happen from one day to another, played on a copy: nothing of the installation is touched."""
