"""The bulk tables of PatentsView: their columns, how they are read, and what is made of them."""
