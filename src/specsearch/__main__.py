"""`python -m specsearch`."""

from specsearch.interfaces.cli import main

if __name__ == "__main__":
    main()
