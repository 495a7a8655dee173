"""What is said between device and base station. Runs on MicroPython and CPython; see SPEC.md."""
