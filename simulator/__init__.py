"""Both ends without hardware: movement through the real firmware, in virtual or real time."""
