//===- CollectModel.cpp - The model's table, as an rt.model ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Support/Locations.h"
#include "compiler/Target/PTX.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

namespace gradus {
#define GEN_PASS_DEF_COLLECTMODELPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// A launch of fewer operations and bytes than these ends before a second thread
/// has begun: waking one takes about a microsecond.
constexpr int64_t kParallelFlops = 200000, kParallelBytes = 256 << 10;

/// Programs store tensors of four element types only.
LogicalResult checkStored(Location loc, const Twine &what, Type type) {
  Type element = getElementTypeOrSelf(type);
  if (element.isF32() || element.isF64() || element.isInteger(32) || element.isInteger(64))
    return success();
  return emitError(loc) << what << " has element type " << element
                        << ", which programs do not store; use f32, f64, i32 or i64";
}

/// Builds the rt.model of a module.
class ModelCollector {
public:
  ModelCollector(ModuleOp module, rt::ModelOp model)
      : module(module), model(model), kernels(model), b(model.getBody()) {}

  LogicalResult run() {
    if (failed(addVariables()))
      return failure();
    if (failed(addKernels()))
      return failure();
    for (auto function : module.getOps<func::FuncOp>())
      if (train::getEntry(function) && failed(addEntry(function)))
        return failure();
    return success();
  }

private:
  ModuleOp module;
  rt::ModelOp model;
  SymbolTable kernels;
  OpBuilder b;
  llvm::StringMap<rt::ModelKernelOp> byFunction;

  LogicalResult addVariables() {
    SymbolTable symbols(module);
    uint64_t bytes = 0;
    for (auto variable : module.getOps<rt::VariableOp>()) {
      StringRef name = variable.getVariable();
      if (failed(checkStored(variable.getLoc(), "variable '" + name + "'", variable.getType())))
        return failure();
      Attribute init;
      bool frozen = false;
      if (auto parameter = symbols.lookup<train::ParameterOp>(name)) {
        init = parameter.getInit();
        frozen = parameter.getFrozen();
      }
      auto type = cast<RankedTensorType>(variable.getType());
      rt::ModelVariableOp::create(b, variable.getLoc(), name, type, variable.getOffset(), init, frozen);
      bytes = std::max<uint64_t>(bytes, llvm::alignTo(variable.getOffset() + byteSize(type), rt::kSlotAlignment));
    }
    model.setVariablesBytes(bytes);
    return success();
  }

  /// Adds the kernel of each function that has a launch configuration, on a CPU or a GPU.
  LogicalResult addKernels() {
    for (auto function : module.getOps<func::FuncOp>()) {
      if (train::getEntry(function))
        continue;
      if (!rt::getConfig<rt::CPULaunchAttr>(function))
        return function.emitError("is neither an entry point nor a kernel; a program has only these");
      if (failed(checkBuffers(function)))
        return failure();
      addKernel(function, function.getSymName());
    }
    for (auto part : module.getOps<mlir::gpu::GPUModuleOp>())
      for (auto function : part.getOps<mlir::gpu::GPUFuncOp>()) {
        auto name = function->getAttrOfType<StringAttr>(rt::kNameAttr);
        if (!rt::getConfig<rt::GPULaunchAttr>(function))
          continue;
        if (failed(checkBuffers(function)))
          return failure();
        addGPUFacts(addKernel(function, name ? name.getValue() : function.getName()), function);
      }
    return success();
  }

  /// Fails, after an error, unless the arguments of a kernel are buffers of known
  /// size and indices, and the last one its scratch memory.
  static LogicalResult checkBuffers(FunctionOpInterface function) {
    ArrayRef<Type> types = function.getArgumentTypes();
    if (types.empty() || !isa<MemRefType>(types.back()))
      return function.emitError("is a kernel, but its last argument is no scratch memory");
    for (Type type : types)
      if (!type.isIndex() && !(isa<MemRefType>(type) && checkedByteSize(type)))
        return function.emitError() << "is a kernel with an argument of type " << type;
    return success();
  }

  rt::ModelKernelOp addKernel(FunctionOpInterface function, StringRef name) {
    int64_t scratch = cast<MemRefType>(function.getArgumentTypes().back()).getNumElements();
    auto kernel = rt::ModelKernelOp::create(
        b, function.getLoc(), name, /*label=*/StringAttr(), function.getName(), locationText(function.getLoc()),
        function->getAttr(rt::kConfigAttr), rt::getCost(function), scratch, /*shared_bytes=*/0,
        /*dynamic_shared=*/false, function->getAttrOfType<rt::PrecisionAttr>(rt::kPrecisionAttr),
        /*arg_bytes=*/DenseI64ArrayAttr());
    insert(kernel, name);
    byFunction[function.getName()] = kernel;
    return kernel;
  }

  /// Makes the kernel a symbol of the model; where that must differ from its name,
  /// the name is its label.
  void insert(rt::ModelKernelOp kernel, StringRef name) {
    kernels.insert(kernel);
    if (kernel.getSymName() != name)
      kernel.setLabel(name);
  }

  void addGPUFacts(rt::ModelKernelOp kernel, mlir::gpu::GPUFuncOp function) {
    int64_t shared = 0;
    for (Value buffer : function.getWorkgroupAttributions())
      shared += llvm::alignTo(byteSize(buffer.getType()), 16);
    kernel.setSharedBytes(shared);
    kernel.setDynamicShared(isSharedDynamic(shared));
    SmallVector<int64_t> sizes;
    for (Type type : llvm::drop_end(function.getArgumentTypes()))
      sizes.push_back(byteSize(type));
    kernel.setArgBytes(sizes);
  }

  LogicalResult addEntry(func::FuncOp function) {
    auto plan = function->getAttrOfType<rt::PlanAttr>(rt::kPlanAttr);
    if (!plan)
      return function.emitError("has no rt.plan; run rt-plan-arena before rt-collect-model");
    train::Entry kind = *train::getEntry(function);
    int64_t batch = 0;
    for (Type type : function.getArgumentTypes())
      if (auto tensor = cast<ShapedType>(type); tensor.getRank() > 0)
        batch = tensor.getDimSize(0);
    auto entry = rt::ModelEntryOp::create(b, function.getLoc(), kind, batch, plan.getArenaBytes(),
                                          function->getAttrOfType<StringAttr>(train::kMixesSamplesAttr));
    OpBuilder body = OpBuilder::atBlockBegin(&entry.getBody().emplaceBlock());
    auto nameOf = [](Attribute name) { return name ? cast<StringAttr>(name).getValue() : StringRef(); };
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      StringRef name = nameOf(function.getArgAttr(i, train::kNameAttr));
      if (failed(checkStored(function.getLoc(), "input '" + name + "'", type)))
        return failure();
      auto indices = function.getArgAttrOfType<IntegerAttr>(i, train::kIndicesAttr);
      rt::ModelInputOp::create(body, function.getLoc(), b.getStringAttr(name), indices, TypeAttr::get(type));
    }
    for (auto launch : function.getOps<rt::LaunchOp>())
      if (failed(addLaunch(body, launch)))
        return failure();
    for (auto [i, type] : llvm::enumerate(function.getResultTypes())) {
      StringRef name = nameOf(function.getResultAttr(i, train::kNameAttr));
      if (failed(checkStored(function.getLoc(), "output '" + name + "'", type)))
        return failure();
      rt::ModelOutputOp::create(body, function.getLoc(), name, plan.getResults()[i], cast<RankedTensorType>(type));
    }
    return success();
  }

  LogicalResult addLaunch(OpBuilder &body, rt::LaunchOp launch) {
    if (!launch.getOperandSlots())
      return launch.emitError("has no slots; run rt-plan-arena before rt-collect-model");
    rt::ModelKernelOp kernel = byFunction.lookup(launch.getKernelName());
    if (!kernel)
      return launch.emitError("has a kernel without code; run cpu-lower-kernels or gpu-lower-kernels before "
                              "rt-collect-model");
    // A launch under another name is a kernel of its own, with the same code. All
    // kernels come before all entry points.
    if (launch.getName() != kernel.getDisplayName()) {
      OpBuilder beforeEntries(*model.getBody().getOps<rt::ModelEntryOp>().begin());
      kernel = cast<rt::ModelKernelOp>(beforeEntries.clone(*kernel));
      kernel.removeLabelAttr();
      kernel.setSymName(launch.getName());
      kernel.setLocation(locationText(launch.getLoc()));
      insert(kernel, launch.getName());
    }
    auto op = rt::ModelLaunchOp::create(body, launch.getLoc(), kernel.getSymName(), *launch.getOperandSlots(),
                                        *launch.getResultSlots(), b.getTypeArrayAttr(launch.getResultTypes()));
    rt::CostAttr cost = kernel.getCost();
    op.setParallel(kernel.getUnits() > 1 && (cost.getFlops() >= kParallelFlops || cost.getBytes() >= kParallelBytes));
    return success();
  }
};

struct CollectModelPass : gradus::impl::CollectModelPassBase<CollectModelPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    if (auto old = module.getOps<rt::ModelOp>(); !old.empty()) {
      (*old.begin()).emitError("the module has a model already");
      return signalPassFailure();
    }
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    auto model =
        rt::ModelOp::create(b, module.getLoc(), module.getSymName().value_or("model"), compiler.getValue(),
                            target.getValue(), recipeHash(module), /*variables_bytes=*/0,
                            module->getAttr(train::kRecipeAttr), gpu.empty() ? StringAttr() : b.getStringAttr(gpu),
                            /*ptx=*/StringAttr(), /*cubin=*/StringAttr());
    model.getBody().emplaceBlock();
    if (failed(ModelCollector(module, model).run()))
      signalPassFailure();
  }

private:
  /// The hash that the importer noted; for a module written by hand, that of its text.
  static std::string recipeHash(ModuleOp module) {
    if (auto hash = module->getAttrOfType<StringAttr>(rt::kRecipeHashAttr))
      return hash.str();
    std::string text;
    llvm::raw_string_ostream stream(text);
    module.print(stream);
    return rt::hashOf(text);
  }
};

} // namespace
