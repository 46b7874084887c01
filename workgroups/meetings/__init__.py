"""集体议事: meetings, positions, resolutions and what follows from them."""
