"""What people write down of a case: notes, steps, the reason of its end, a report; and who it is about."""
