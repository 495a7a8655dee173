"""The devices as things: what is put onto a board."""
