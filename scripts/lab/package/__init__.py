"""The areas of the package test: one class each."""
