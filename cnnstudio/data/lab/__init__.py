"""What a convolution does, value by value: kernels, filtering and sums for the Lab workspace."""
