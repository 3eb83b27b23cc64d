"""What the member of an agency does for the agency as a whole: its contacts, its calendar, everything it owes."""
