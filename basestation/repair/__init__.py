"""When something was lost: proven copies, a base station built anew from one, findings and what to do."""
