//===- RTToLLVM.cpp - rt.model to constant data and a query function ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table's layout comes from the field lists of gradus/model_abi.h: each struct
// has a row below with one constant per field, so that a field that is added to the
// list and filled nowhere does not compile.
//
//===----------------------------------------------------------------------===//
#include "compiler/Conversion/KernelEntry.h"
#include "compiler/Conversion/TableConstants.h"
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringExtras.h"

namespace gradus {
#define GEN_PASS_DEF_CONVERTRTTOLLVMPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

// The numbers of the dialect are those of the header.
static_assert(static_cast<int>(rt::Segment::Arena) == GRADUS_SEGMENT_ARENA &&
              static_cast<int>(rt::Segment::Inputs) == GRADUS_SEGMENT_INPUTS);
static_assert(static_cast<int>(train::Entry::Train) == GRADUS_ENTRY_TRAIN &&
              static_cast<int>(train::Entry::Predict) == GRADUS_ENTRY_PREDICT);
static_assert(static_cast<int>(train::DataKind::Idx) == GRADUS_DATA_IDX &&
              static_cast<int>(train::DataKind::Npy) == GRADUS_DATA_NPY &&
              static_cast<int>(train::DataKind::Csv) == GRADUS_DATA_CSV &&
              static_cast<int>(train::DataKind::Text) == GRADUS_DATA_TEXT);

/// What main() of the runtime calls.
constexpr StringLiteral kQueryForMain = "gradus_model_query";

uint64_t dtypeOf(Type element) {
  if (element.isF32())
    return GRADUS_F32;
  if (element.isF64())
    return GRADUS_F64;
  return element.isInteger(64) ? GRADUS_I64 : GRADUS_I32; // rt.model has no other
}

/// How a variable starts, as gradus_variable_t says it.
struct InitFields {
  uint64_t init;
  APFloat a, b;
};

/// The fields for the `init` of a variable; a state, which has none, starts as zeros.
InitFields initFields(Attribute init) {
  APFloat zero(0.0);
  if (auto uniform = dyn_cast_if_present<train::UniformInitAttr>(init))
    return {GRADUS_INIT_UNIFORM, uniform.getLow(), uniform.getHigh()};
  if (auto normal = dyn_cast_if_present<train::NormalInitAttr>(init))
    return {GRADUS_INIT_NORMAL, normal.getMean(), normal.getStddev()};
  auto constant = dyn_cast_if_present<train::ConstantInitAttr>(init);
  return {GRADUS_INIT_CONSTANT, constant ? constant.getValue() : zero, zero};
}

/// Lowers one rt.model.
class ModelLowering {
public:
  ModelLowering(rt::ModelOp model, bool withMain, bool simulate)
      : model(model), module(model->getParentOfType<ModuleOp>()), withMain(withMain), simulate(simulate),
        symbols(module), loc(model.getLoc()), b(OpBuilder::atBlockEnd(module.getBody())), constants(b.getContext()) {}

  LogicalResult run() {
    for (auto function : module.getOps<LLVM::LLVMFuncOp>())
      if (!function.isExternal())
        function.setLinkage(LLVM::Linkage::Internal);
    if (failed(freeNames()))
      return failure();
    std::vector<Constant> variables;
    for (auto variable : model.getBody().getOps<rt::ModelVariableOp>())
      variables.push_back(variableRow(variable));
    for (auto kernel : model.getBody().getOps<rt::ModelKernelOp>()) {
      FailureOr<Constant> function = functionOf(kernel);
      if (failed(function))
        return failure();
      kernels.try_emplace(kernel.getSymName(), address(kernelRow(kernel, *function)));
    }
    std::vector<Constant> entries(GRADUS_ENTRY_COUNT, constants.null());
    for (auto entry : model.getBody().getOps<rt::ModelEntryOp>())
      entries[static_cast<unsigned>(entry.getKind())] = address(entryRow(entry));
    emitQuery(address(modelRow(variables, entries)));
    return success();
  }

private:
  rt::ModelOp model;
  ModuleOp module;
  bool withMain, simulate;
  SymbolTable symbols;
  Location loc;
  OpBuilder b;
  ConstantBuilder constants;
  llvm::StringMap<Constant> kernels; // their addresses, by symbol
  llvm::StringMap<Constant> texts;
  llvm::StringMap<StringAttr> entryFunctions; // by the kernel's function
  llvm::StringMap<StringAttr> renamed;        // functions that had a name of ours

  //===--------------------------------------------------------------------===//
  // Constants
  //===--------------------------------------------------------------------===//

  Constant num(uint64_t v) { return constants.integer(v, 64); }

  /// A constant global of this value; returns its address.
  Constant address(const Constant &value) { return add(constants.global(b, loc, "gradus.table", value)); }

  Constant add(LLVM::GlobalOp global) { return constants.symbol(symbols.insert(global)); }

  /// The address of a text that ends with a zero.
  Constant text(StringRef value) {
    auto [it, isNew] = texts.try_emplace(value, constants.null());
    if (isNew)
      it->second = add(constants.bytes(b, loc, "gradus.text", (value + Twine('\0')).str(), /*alignment=*/1));
    return it->second;
  }

  /// The address of an array of the elements, which are of one type; null if there are none.
  Constant array(ArrayRef<Constant> elements) {
    return elements.empty() ? constants.null() : address(constants.array(elements));
  }

  /// The address of an array of 64-bit integers; null if there are none.
  Constant numbers(ArrayRef<int64_t> values) {
    return values.empty() ? constants.null() : add(constants.integers(b, loc, "gradus.table", values));
  }

  /// The address of an array of gradus_slot_t.
  Constant slots(ArrayRef<rt::SlotAttr> list) {
    std::vector<Constant> rows;
    for (rt::SlotAttr slot : list)
      rows.push_back(constants.record(
          SlotRow{.segment = num(static_cast<uint64_t>(slot.getSegment())), .offset = num(slot.getOffset())}));
    return array(rows);
  }

  //===--------------------------------------------------------------------===//
  // Rows
  //===--------------------------------------------------------------------===//

  /// `indices` is the bound of an input that holds indices.
  Constant tensorRow(StringRef name, RankedTensorType type, int64_t indices = 0) {
    return constants.record(TensorRow{.name = text(name),
                                      .shape = numbers(type.getShape()),
                                      .rank = num(type.getRank()),
                                      .dtype = num(dtypeOf(type.getElementType())),
                                      .bytes = num(byteSize(type)),
                                      .indices = num(indices)});
  }

  Constant variableRow(rt::ModelVariableOp variable) {
    uint64_t flags = variable.getInit() ? 0 : GRADUS_VARIABLE_STATE;
    if (variable.getFrozen())
      flags |= GRADUS_VARIABLE_FROZEN;
    InitFields start = initFields(variable.getInitAttr());
    return constants.record(VariableRow{.tensor = tensorRow(variable.getSymName(), variable.getType()),
                                        .offset = num(variable.getOffset()),
                                        .init = num(start.init),
                                        .a = constants.real(start.a),
                                        .b = constants.real(start.b),
                                        .flags = num(flags)});
  }

  Constant kernelRow(rt::ModelKernelOp kernel, const Constant &function) {
    rt::GPULaunchAttr gpu = kernel.getGPULaunch();
    return constants.record(KernelRow{.name = text(kernel.getDisplayName()),
                                      .location = text(kernel.getLocation()),
                                      .function = function,
                                      .units = num(kernel.getUnits()),
                                      .scratch_bytes = num(kernel.getScratchBytes()),
                                      .flops = num(kernel.getCost().getFlops()),
                                      .bytes = num(kernel.getCost().getBytes()),
                                      .symbol = gpu ? text(kernel.getFunction()) : constants.null(),
                                      .threads = num(gpu ? gpu.getThreads() : 0),
                                      .shared_bytes = num(kernel.getDynamicShared() ? kernel.getSharedBytes() : 0)});
  }

  Constant launchRow(rt::ModelLaunchOp launch) {
    SmallVector<rt::SlotAttr> args(launch.getOperandSlots().getAsRange<rt::SlotAttr>());
    uint64_t operands = args.size();
    llvm::append_range(args, launch.getResultSlots().getAsRange<rt::SlotAttr>());
    SmallVector<int64_t> floats;
    for (Type type : launch.getResultTypes().getAsValueRange<TypeAttr>())
      floats.push_back(getElementTypeOrSelf(type).isF32() ? cast<ShapedType>(type).getNumElements() : 0);
    return constants.record(LaunchRow{.kernel = kernels.at(launch.getKernel()),
                                      .args = slots(args),
                                      .arg_count = num(args.size()),
                                      .operand_count = num(operands),
                                      .parallel = num(launch.getParallel()),
                                      .float_elements = numbers(floats)});
  }

  Constant entryRow(rt::ModelEntryOp entry) {
    std::vector<Constant> inputs, outputs, launches;
    SmallVector<rt::SlotAttr> outputSlots;
    for (auto input : entry.getBody().getOps<rt::ModelInputOp>())
      inputs.push_back(tensorRow(input.getName(), input.getType(), input.getIndices().value_or(0)));
    for (auto launch : entry.getBody().getOps<rt::ModelLaunchOp>())
      launches.push_back(launchRow(launch));
    for (auto output : entry.getBody().getOps<rt::ModelOutputOp>()) {
      outputs.push_back(tensorRow(output.getName(), output.getType()));
      outputSlots.push_back(output.getSlot());
    }
    return constants.record(EntryRow{.batch = num(entry.getBatch()),
                                     .inputs = array(inputs),
                                     .input_count = num(inputs.size()),
                                     .outputs = array(outputs),
                                     .output_slots = slots(outputSlots),
                                     .output_count = num(outputs.size()),
                                     .launches = array(launches),
                                     .launch_count = num(launches.size()),
                                     .arena_bytes = num(entry.getArenaBytes()),
                                     .mixes = entry.getMixes() ? text(*entry.getMixes()) : constants.null()});
  }

  /// A dataset; of kind none for null.
  Constant datasetRow(train::DatasetAttr dataset) {
    if (!dataset)
      return constants.record(DatasetRow{.kind = num(GRADUS_DATA_NONE),
                                         .parts = constants.null(),
                                         .part_count = num(0),
                                         .shuffle = num(0),
                                         .header = num(0),
                                         .delimiter = num(',')});
    train::DataSourceAttr source = dataset.getSource();
    std::vector<Constant> parts;
    for (train::DataPartAttr part : source.getParts())
      parts.push_back(constants.record(DataPartRow{.input = text(part.getInput()),
                                                   .path = text(part.getPath()),
                                                   .scale = constants.real(part.getScale()),
                                                   .first = num(part.getFirst()),
                                                   .last = num(part.getLast()),
                                                   .shift = num(part.getShift())}));
    return constants.record(DatasetRow{.kind = num(static_cast<uint64_t>(source.getKind())),
                                       .parts = array(parts),
                                       .part_count = num(parts.size()),
                                       .shuffle = num(dataset.getShuffle()),
                                       .header = num(source.getHeader()),
                                       .delimiter = num(source.getDelimiter().front())});
  }

  /// The recipe; one that trains for an epoch and saves nothing if the model has none.
  Constant recipeRow() {
    auto recipe = dyn_cast_if_present<train::RecipeAttr>(model.getRecipeAttr());
    train::CheckpointAttr checkpoint = recipe ? recipe.getCheckpoint() : train::CheckpointAttr();
    return constants.record(
        RecipeRow{.epochs = num(recipe ? recipe.getEpochs() : 1),
                  .seed = num(recipe ? recipe.getSeed() : 0),
                  .checkpoint_dir = text(checkpoint ? checkpoint.getDir() : ""),
                  .checkpoint_every = num(checkpoint ? checkpoint.getEverySteps() : 0),
                  .checkpoint_keep = num(checkpoint ? checkpoint.getKeep() : 3),
                  .data = datasetRow(recipe ? recipe.getData() : train::DatasetAttr()),
                  .validation = datasetRow(recipe ? recipe.getValidation() : train::DatasetAttr())});
  }

  Constant modelRow(ArrayRef<Constant> variables, ArrayRef<Constant> entries) {
    auto textOrNull = [&](std::optional<StringRef> value) { return value ? text(*value) : constants.null(); };
    Constant cubin = constants.null();
    if (std::optional<StringRef> code = model.getCubin())
      cubin = add(constants.bytes(b, loc, "gradus.cubin", *code, /*alignment=*/8));
    return constants.record(ModelRow{.magic = num(GRADUS_ABI_MAGIC),
                                     .abi_version = constants.integer(GRADUS_ABI_VERSION, 32),
                                     .struct_bytes = constants.integer(sizeof(gradus_model_t), 32),
                                     .name = text(model.getName()),
                                     .compiler = text(model.getCompiler()),
                                     .target = text(model.getTarget()),
                                     .recipe_hash = text(model.getRecipeHash()),
                                     .variables = array(variables),
                                     .variable_count = num(variables.size()),
                                     .variables_bytes = num(model.getVariablesBytes()),
                                     .entries = constants.array(entries),
                                     .recipe = recipeRow(),
                                     .ptx = textOrNull(model.getPtx()),
                                     .cubin = cubin,
                                     .gpu = textOrNull(model.getGpu())});
  }

  //===--------------------------------------------------------------------===//
  // Functions
  //===--------------------------------------------------------------------===//

  Type voidType() { return LLVM::LLVMVoidType::get(b.getContext()); }
  Type pointer() { return LLVM::LLVMPointerType::get(b.getContext()); }

  /// Adds a function, with a body if it is internal.
  LLVM::LLVMFuncOp addFunction(StringRef name, Type result, ArrayRef<Type> arguments, LLVM::Linkage linkage) {
    return addFunction(name, LLVM::LLVMFunctionType::get(result, arguments), linkage);
  }

  LLVM::LLVMFuncOp addFunction(StringRef name, LLVM::LLVMFunctionType type, LLVM::Linkage linkage) {
    auto function = LLVM::LLVMFuncOp::create(b, loc, name, type, linkage);
    symbols.insert(function);
    return function;
  }

  std::string queryName() { return rt::symbolOfModel(model.getName()) + "_query"; }

  /// Renames kernels that have the name of a query function.
  LogicalResult freeNames() {
    for (const std::string &name : {queryName(), kQueryForMain.str()}) {
      Operation *taken = symbols.lookup(name);
      if (!taken)
        continue;
      FailureOr<StringAttr> unique = symbols.renameToUnique(taken, {});
      if (failed(unique))
        return taken->emitError() << "has the name of the query function";
      renamed[name] = *unique;
    }
    return success();
  }

  /// The address of the kernel's entry function; null in a program for a GPU.
  FailureOr<Constant> functionOf(rt::ModelKernelOp kernel) {
    if (kernel.getGPULaunch() && !simulate) {
      if (!model.getPtx())
        return model.emitError("has kernels for a GPU, but no ptx; compile its gpu.module first");
      return constants.null();
    }
    StringAttr &entry = entryFunctions[kernel.getFunction()];
    if (!entry) {
      FailureOr<StringAttr> made = kernel.getGPULaunch() ? simulatedEntry(kernel) : entryFunction(kernel);
      if (failed(made))
        return failure();
      entry = *made;
    }
    return constants.symbol(entry);
  }

  /// A gradus_kernel_fn_t around a kernel: loads its buffers from the array.
  FailureOr<StringAttr> entryFunction(rt::ModelKernelOp kernel) {
    StringAttr name = renamed.lookup(kernel.getFunction());
    auto callee = symbols.lookup<LLVM::LLVMFuncOp>(name ? name.getValue() : kernel.getFunction());
    if (!callee)
      return kernel.emitError() << "calls '" << kernel.getFunction() << "', which is no function of the LLVM dialect";
    if (callee.isExternal()) { // the entry function itself, which is compiled elsewhere
      if (callee.getFunctionType() != kernelEntryType(b.getContext()))
        return kernel.emitError() << "calls '" << kernel.getFunction() << "', which has no body";
      return callee.getSymNameAttr();
    }
    LLVM::LLVMFuncOp entry =
        addFunction((kernel.getFunction() + ".entry").str(), kernelEntryType(b.getContext()), LLVM::Linkage::Internal);
    buildKernelEntry(entry, callee);
    return entry.getSymNameAttr();
  }

  /// The same for a GPU kernel: its launch by the simulator of the runtime.
  FailureOr<StringAttr> simulatedEntry(rt::ModelKernelOp kernel) {
    // Operands, results and scratch; its code is linked with this module.
    SmallVector<Type> buffers(kernel.getArgBytes().value_or(ArrayRef<int64_t>()).size() + 1, pointer());
    LLVM::LLVMFuncOp callee = addFunction(kernel.getFunction(), voidType(), buffers, LLVM::Linkage::External);
    LLVM::LLVMFuncOp part = addFunction((kernel.getFunction() + ".body").str(), voidType(), {pointer(), pointer()},
                                        LLVM::Linkage::Internal);
    OpBuilder body = OpBuilder::atBlockBegin(part.addEntryBlock(b));
    callWithBuffers(body, loc, callee, part.getArgument(0), part.getArgument(1));
    LLVM::ReturnOp::create(body, loc, ValueRange());

    Type i64 = b.getI64Type();
    auto run = symbols.lookup<LLVM::LLVMFuncOp>("gradus_sim_run");
    if (!run)
      run = addFunction("gradus_sim_run", voidType(), {pointer(), pointer(), i64, i64, pointer()},
                        LLVM::Linkage::External);
    LLVM::LLVMFuncOp entry =
        addFunction((kernel.getFunction() + ".entry").str(), kernelEntryType(b.getContext()), LLVM::Linkage::Internal);
    body = OpBuilder::atBlockBegin(entry.addEntryBlock(b));
    SmallVector<Value> args{constants.build(body, loc, simulatedKernel(kernel, part))};
    llvm::append_range(args, entry.getArguments());
    LLVM::CallOp::create(body, loc, run, args);
    LLVM::ReturnOp::create(body, loc, ValueRange());
    return entry.getSymNameAttr();
  }

  /// The address of a gradus_sim_kernel_t of runtime/src/devices/simulator.
  Constant simulatedKernel(rt::ModelKernelOp kernel, LLVM::LLVMFuncOp part) {
    ArrayRef<int64_t> sizes = kernel.getArgBytes().value_or(ArrayRef<int64_t>());
    return address(constants.structure(
        {text(kernel.getDisplayName()), text(kernel.getLocation()), constants.symbol(part.getSymNameAttr()),
         num(kernel.getGPULaunch().getThreads()), numbers(sizes), num(sizes.size()), num(kernel.getScratchBytes())}));
  }

  /// Defines <model>_query, and its alias for main().
  void emitQuery(const Constant &table) {
    LLVM::LLVMFuncOp query = addFunction(queryName(), pointer(), {b.getI32Type()}, LLVM::Linkage::External);
    OpBuilder body = OpBuilder::atBlockBegin(query.addEntryBlock(b));
    Value version = constants.build(body, loc, constants.integer(GRADUS_ABI_VERSION, 32));
    Value same = LLVM::ICmpOp::create(body, loc, LLVM::ICmpPredicate::eq, query.getArgument(0), version);
    Value result = LLVM::SelectOp::create(body, loc, same, constants.build(body, loc, table),
                                          constants.build(body, loc, constants.null()));
    LLVM::ReturnOp::create(body, loc, result);
    if (!withMain || queryName() == kQueryForMain)
      return;
    auto alias = LLVM::AliasOp::create(b, loc, query.getFunctionType(), LLVM::Linkage::External, kQueryForMain);
    OpBuilder target = OpBuilder::atBlockBegin(&alias.getInitializer().emplaceBlock());
    LLVM::ReturnOp::create(target, loc, constants.build(target, loc, constants.symbol(query.getSymNameAttr())));
  }
};

struct ConvertRTToLLVMPass : gradus::impl::ConvertRTToLLVMPassBase<ConvertRTToLLVMPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto model : llvm::make_early_inc_range(module.getOps<rt::ModelOp>())) {
      if (failed(ModelLowering(model, withMain, simulate).run()))
        return signalPassFailure();
      model.erase();
    }
    for (auto kernels : llvm::make_early_inc_range(module.getOps<mlir::gpu::GPUModuleOp>()))
      kernels.erase();
    module->removeAttr(mlir::gpu::GPUDialect::getContainerModuleAttrName());
  }
};

} // namespace
