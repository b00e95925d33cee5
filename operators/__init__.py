"""One verb per operator: collect input, call one function, report."""
