//===- RTDialect.td - The rt dialect --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTDIALECT_TD
#define GRADUS_DIALECTS_RT_IR_RTDIALECT_TD

include "mlir/IR/OpBase.td"

def RT_Dialect : Dialect {
  let name = "rt";
  let cppNamespace = "::gradus::rt";
  let summary = "Execution: kernels, their launches, and where values are stored.";
  let description = [{
    A step is a straight list of `rt.launch`es of `rt.kernel`s. A kernel is one
    thing to print, to time and to run alone. `rt-plan-arena` gives each value a
    slot; `rt-collect-model` turns the list into an `rt.model`, which becomes the
    table in the program that the runtime walks (`gradus/model_abi.h`).

    Functions are not ours, so what is known about them sits in attributes, each
    of one type; any other `rt.` attribute is an error:

    - `rt.config`, a `#rt.cpu_launch` or `#rt.gpu_launch`, on the function of a
      kernel: how it is launched;
    - `rt.cost`, a `#rt.cost`, on the function of a kernel;
    - `rt.precision`, a `#rt.precision`, on the function of a kernel that runs on
      tensor cores;
    - `rt.name`, a string, on the function of a GPU kernel, whose symbol is
      restricted to what PTX allows;
    - `rt.plan`, a `#rt.plan`, on an entry point;
    - `rt.recipe_hash`, a string of 64 hexadecimal digits, on the module.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
}

#endif
