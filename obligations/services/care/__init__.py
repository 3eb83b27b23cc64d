"""What keeps an installation well and shows that it is: the doctor, backups, the restore drill."""
