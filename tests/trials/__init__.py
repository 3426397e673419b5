"""Commands that are stopped, or kept from what they need: kills, power cuts, failing calls, little memory."""
