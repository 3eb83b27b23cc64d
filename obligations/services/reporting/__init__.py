"""The consolidated report: its contents, its files, its templates, what was reported before."""
