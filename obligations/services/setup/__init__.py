"""What the installation rests on, changed by people on a page: agencies and days off."""
