"""What happens to cases: load, step, save in one job; conditions, timers, what consoles see."""
