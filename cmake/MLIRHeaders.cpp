// Compiled so that MLIRHeaders.h is.
