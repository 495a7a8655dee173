"""The product with one small fault in it, to see which test notices."""
