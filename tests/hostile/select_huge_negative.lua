-- stops: error index out of range
select(-1e9, 1, 2, 3)
