// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints the model's name.
#include "curve.h"
#include <cstdio>

int main() { std::puts(curve_query(GRADUS_ABI_VERSION)->name); }
