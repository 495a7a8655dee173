"""How the base station is, for people and machines outside: what is proven, how old the proof is, why not."""
