"""Laws of the kernels, over both implementations, and the native ones against their readable twins."""
