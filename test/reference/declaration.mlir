// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --check-gradients
// There is nothing to run in a declaration.

func.func private @elsewhere()
