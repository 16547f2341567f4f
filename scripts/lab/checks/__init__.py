"""The areas of the hardware test, one class each."""
