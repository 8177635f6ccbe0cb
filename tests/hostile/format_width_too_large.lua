-- stops: error invalid format (width or precision too long)
string.format("%1000000d", 1)
