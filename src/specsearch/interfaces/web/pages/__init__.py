"""The pages: a module each, with its routes in `ROUTES`."""
