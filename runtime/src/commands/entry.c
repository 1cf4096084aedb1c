//===- entry.c - main() of a compiled program -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gradus/runtime.h"

int main(int argc, char **argv) { return gradus_main(gradus_model_query(GRADUS_ABI_VERSION), argc, argv); }
