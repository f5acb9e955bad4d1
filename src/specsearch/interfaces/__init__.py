"""Ways to use specsearch: the only code that prints or exits."""
