"""From a plan to periods with dates: applying, opening, closing, extending, and what a change would move."""
