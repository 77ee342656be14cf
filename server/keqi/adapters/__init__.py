"""The edges of the program: the only modules that touch files, protocols and the outside world."""
