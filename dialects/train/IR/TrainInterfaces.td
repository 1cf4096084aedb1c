//===- TrainInterfaces.td - What updates and schedules must answer --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The answers are formulas in nn ops. They are external models, so that this
// dialect does not depend on nn: compiler/Transforms/Optimizers.cpp and
// compiler/Transforms/Schedules.cpp.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAININTERFACES_TD
#define GRADUS_DIALECTS_TRAIN_IR_TRAININTERFACES_TD

include "mlir/IR/Interfaces.td"

def Train_UpdateOpInterface : OpInterface<"UpdateOpInterface"> {
  let cppNamespace = "::gradus::train";
  let description = "One step of an optimizer: the op changes one parameter by its gradient.";
  let methods = [
    InterfaceMethod<[{
      Builds, at the builder's insertion point, the arithmetic of the step:
      reads of the parameter and of the optimizer's state, and their writes.
      Creates the `train.state` symbols it needs, named `<parameter>.<state>`,
      in `symbols`, the symbol table of the module. The op itself stays; the
      caller erases it. Fails, after an error, if a state has the name of
      another symbol.}],
      "::llvm::LogicalResult", "expand",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder, "::mlir::SymbolTable &":$symbols)>,
  ];
}

def Train_ScheduleAttrInterface : AttrInterface<"ScheduleAttrInterface"> {
  let cppNamespace = "::gradus::train";
  let description = "A learning rate as a function of the step.";
  let methods = [
    InterfaceMethod<"The rate at which the schedule starts; a warm-up rises to it.", "double", "getStart">,
    InterfaceMethod<[{
      Builds, at the builder's insertion point, the rate of a step as a
      tensor<f64>. The schedule runs after a warm-up of `warmup` steps, 0 or
      more; before the end of the warm-up the value does not matter. `step` is
      the number of the step as a tensor<f64>, counted from 0, warm-up
      included.}],
      "::mlir::Value", "buildRate",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder, "::mlir::Value":$step, "int64_t":$warmup)>,
  ];
}

#endif
