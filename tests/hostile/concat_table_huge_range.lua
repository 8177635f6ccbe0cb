-- stops: error in table for 'concat'
table.concat({}, ",", 1, 1e9)
