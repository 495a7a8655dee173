"""Floor plans: made safe, kept with what was placed on them, and drawn for those who go there."""
