-- Raising a number without a position.
error(12.5, 0) --! 12.5
