"""Who is chased, when and by what: reminders, letters, calls, batches, approval, rests."""
