//===- OpInterfaces.cpp - What the compiler asks of an op -----------------===//
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Interfaces/OpInterfaces.cpp.inc"
