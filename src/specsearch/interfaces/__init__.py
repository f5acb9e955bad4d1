"""Ways to use specsearch: the service that all of them ask, and the command line, the only code that prints or exits."""
