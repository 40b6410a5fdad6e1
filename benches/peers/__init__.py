"""Other libraries that train the bench workloads, one file each. __main__.py says how to run them."""
