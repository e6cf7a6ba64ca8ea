"""The ground floor: namespace choice, special functions, stable limits, messages, the index of papers."""
