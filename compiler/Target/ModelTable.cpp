//===- ModelTable.cpp - What the artefact knows about its model -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/ModelTable.h"
#include "compiler/Support/Locations.h"
#include "compiler/Target/PTX.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace gradus;

/// A launch of fewer operations or bytes than these is done before a second
/// thread has noticed: waking it costs about a microsecond.
static constexpr uint64_t kParallelFlops = 200000, kParallelBytes = 256 << 10;

//===----------------------------------------------------------------------===//
// From the IR
//===----------------------------------------------------------------------===//

static uint64_t dtypeOf(Type element) {
  if (element.isF32())
    return GRADUS_F32;
  if (element.isF64())
    return GRADUS_F64;
  return element.isInteger(64) ? GRADUS_I64 : GRADUS_I32;
}

static TensorInfo tensorInfo(StringRef name, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return {name.str(), tensor.getShape().vec(), dtypeOf(tensor.getElementType()), static_cast<uint64_t>(byteSize(type))};
}

static std::vector<gradus_slot_t> slotsOf(ArrayAttr slots) {
  std::vector<gradus_slot_t> result;
  if (slots)
    for (auto slot : slots.getAsRange<rt::SlotAttr>())
      result.push_back({static_cast<uint64_t>(slot.getSegment()), static_cast<uint64_t>(slot.getOffset())});
  return result;
}

// The dialect's numbers are those of the runtime.
static_assert(static_cast<int>(train::Entry::Train) == GRADUS_ENTRY_TRAIN &&
              static_cast<int>(train::Entry::Eval) == GRADUS_ENTRY_EVAL &&
              static_cast<int>(train::Entry::Predict) == GRADUS_ENTRY_PREDICT);
static_assert(static_cast<int>(train::DataKind::Idx) == GRADUS_DATA_IDX &&
              static_cast<int>(train::DataKind::Npy) == GRADUS_DATA_NPY &&
              static_cast<int>(train::DataKind::Csv) == GRADUS_DATA_CSV &&
              static_cast<int>(train::DataKind::Text) == GRADUS_DATA_TEXT);

/// The runtime's form of a dataset; of kind none for null.
static DatasetInfo datasetInfo(train::DatasetAttr dataset) {
  DatasetInfo info;
  if (!dataset)
    return info;
  train::DataSourceAttr source = dataset.getSource();
  info.kind = static_cast<uint64_t>(source.getKind());
  info.shuffle = dataset.getShuffle();
  info.header = source.getHeader();
  info.delimiter = source.getDelimiter().front();
  for (train::DataPartAttr part : source.getParts())
    info.parts.push_back({part.getInput().str(), part.getPath().str(), part.getScale().convertToDouble(),
                          part.getFirst(), part.getLast(), part.getShift()});
  return info;
}

/// Fills in the fields of the table that a recipe decides.
static void addRecipe(train::RecipeAttr recipe, ModelTable &table) {
  table.epochs = recipe.getEpochs();
  table.seed = recipe.getSeed();
  if (train::CheckpointAttr checkpoint = recipe.getCheckpoint()) {
    table.checkpointDir = checkpoint.getDir().str();
    table.checkpointEvery = checkpoint.getEverySteps();
    table.checkpointKeep = checkpoint.getKeep();
  }
  table.data = datasetInfo(recipe.getData());
  table.validation = datasetInfo(recipe.getValidation());
}

static std::string locationText(Location at) {
  FileLineColLoc loc = fileLoc(at);
  return loc ? (loc.getFilename().getValue() + ":" + Twine(loc.getLine()) + ":" + Twine(loc.getColumn())).str() : "";
}

/// A launch under another name is a kernel of its own in the table, with the
/// same code.
static size_t kernelOf(rt::LaunchOp launch, const llvm::StringMap<size_t> &kernels, std::vector<KernelInfo> &infos) {
  size_t own = kernels.at(launch.getKernelName());
  if (launch.getName() == infos[own].name)
    return own;
  KernelInfo info = infos[own];
  info.name = launch.getName().str();
  info.location = locationText(launch.getLoc());
  infos.push_back(std::move(info));
  return infos.size() - 1;
}

static EntryInfo entryInfo(func::FuncOp function, const llvm::StringMap<size_t> &kernels,
                           std::vector<KernelInfo> &infos) {
  EntryInfo entry;
  entry.present = true;
  auto nameOf = [](Attribute attr) { return attr ? cast<StringAttr>(attr).getValue() : StringRef(); };
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    entry.inputs.push_back(tensorInfo(nameOf(function.getArgAttr(i, train::kNameAttr)), type));
    entry.batch = cast<RankedTensorType>(type).getDimSize(0);
  }
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    entry.outputs.push_back(tensorInfo(nameOf(function.getResultAttr(i, train::kNameAttr)), type));
  if (auto plan = function->getAttrOfType<rt::PlanAttr>(rt::kPlanAttr)) {
    for (rt::SlotAttr slot : plan.getResults())
      entry.outputSlots.push_back(
          {static_cast<uint64_t>(slot.getSegment()), static_cast<uint64_t>(slot.getOffset())});
    entry.arenaBytes = plan.getArenaBytes();
  }
  for (auto launch : function.getOps<rt::LaunchOp>()) {
    LaunchInfo info;
    info.kernel = kernelOf(launch, kernels, infos);
    info.args = slotsOf(launch.getOperandSlotsAttr());
    info.operandCount = info.args.size();
    llvm::append_range(info.args, slotsOf(launch.getResultSlotsAttr()));
    for (Type t : launch.getResultTypes())
      info.floatElements.push_back(getElementTypeOrSelf(t).isF32() ? cast<RankedTensorType>(t).getNumElements() : 0);
    const KernelInfo &kernel = infos[info.kernel];
    info.parallel = kernel.units > 1 && (kernel.flops >= kParallelFlops || kernel.bytes >= kParallelBytes);
    entry.launches.push_back(std::move(info));
  }
  return entry;
}

ModelTable gradus::collectModelTable(ModuleOp module) {
  ModelTable table;
  table.name = module.getSymName().value_or("model").str();
  llvm::StringMap<uint64_t> offsets;
  for (auto variable : module.getOps<rt::VariableOp>())
    offsets[variable.getVariable()] = variable.getOffset();
  auto add = [&](StringRef name, Type type, VariableInfo info) {
    info.tensor = tensorInfo(name, type);
    info.offset = offsets.lookup(name);
    table.variablesBytes = std::max(table.variablesBytes, llvm::alignTo(info.offset + info.tensor.bytes, 64));
    table.variables.push_back(std::move(info));
  };
  for (auto p : module.getOps<train::ParameterOp>()) {
    VariableInfo info;
    info.init = static_cast<uint64_t>(p.getInit());
    info.a = p.getA().convertToDouble();
    info.b = p.getB().convertToDouble();
    info.flags = p.getFrozen() ? GRADUS_VARIABLE_FROZEN : 0;
    add(p.getSymName(), p.getType(), info);
  }
  for (auto s : module.getOps<train::StateOp>()) {
    VariableInfo info;
    info.flags = GRADUS_VARIABLE_STATE;
    add(s.getSymName(), s.getType(), info);
  }
  llvm::StringMap<size_t> kernels;
  auto addKernel = [&](FunctionOpInterface function, StringRef name, KernelInfo info) {
    info.name = name.str();
    info.symbol = function.getName().str();
    info.location = locationText(function.getLoc());
    info.scratchBytes = cast<MemRefType>(function.getArgumentTypes().back()).getNumElements();
    info.flops = rt::getCost(function).getFlops();
    info.bytes = rt::getCost(function).getBytes();
    kernels[info.symbol] = table.kernels.size();
    table.kernels.push_back(std::move(info));
  };
  for (auto function : module.getOps<func::FuncOp>())
    if (auto launch = rt::getConfig<rt::CPULaunchAttr>(function)) {
      KernelInfo info;
      info.units = launch.getUnits();
      addKernel(function, function.getSymName(), info);
    }
  for (auto part : module.getOps<gpu::GPUModuleOp>())
    for (auto function : part.getOps<gpu::GPUFuncOp>()) {
      KernelInfo info;
      info.units = rt::getConfig<rt::GPULaunchAttr>(function).getBlocks();
      info.threads = rt::getConfig<rt::GPULaunchAttr>(function).getThreads();
      if (auto precision = function->getAttrOfType<rt::PrecisionAttr>(rt::kPrecisionAttr))
        info.precision = rt::stringifyPrecision(precision.getValue());
      for (Value buffer : function.getWorkgroupAttributions())
        info.sharedBytes += llvm::alignTo(byteSize(buffer.getType()), 16);
      for (Type type : llvm::drop_end(function.getArgumentTypes()))
        info.argBytes.push_back(byteSize(type));
      addKernel(function, function->getAttrOfType<StringAttr>(rt::kNameAttr), info);
    }
  for (auto function : module.getOps<func::FuncOp>())
    if (std::optional<train::Entry> entry = train::getEntry(function))
      table.entries[static_cast<int>(*entry)] = entryInfo(function, kernels, table.kernels);
  if (auto recipe = module->getAttrOfType<train::RecipeAttr>(train::kRecipeAttr))
    addRecipe(recipe, table);
  return table;
}

uint64_t ModelTable::flops(int entry) const {
  uint64_t sum = 0;
  for (const LaunchInfo &launch : entries[entry].launches)
    sum += kernels[launch.kernel].flops;
  return sum;
}

uint64_t ModelTable::peakBytes(int threads) const {
  const EntryInfo &entry = entries[entries[GRADUS_ENTRY_TRAIN].present ? GRADUS_ENTRY_TRAIN : GRADUS_ENTRY_PREDICT];
  uint64_t scratch = 0, inputs = 0;
  for (const LaunchInfo &launch : entry.launches)
    scratch = std::max(scratch, kernels[launch.kernel].scratchBytes);
  for (const TensorInfo &input : entry.inputs)
    inputs += input.bytes;
  return variablesBytes + entry.arenaBytes + threads * scratch + 2 * inputs;
}

//===----------------------------------------------------------------------===//
// To LLVM
//===----------------------------------------------------------------------===//

namespace {

/// Builds constant data in the layout of model_abi.h.
class TableEmitter {
public:
  TableEmitter(const ModelTable &table, llvm::Module &module)
      : table(table), module(module), context(module.getContext()), pointer(llvm::PointerType::get(context, 0)),
        i64(llvm::Type::getInt64Ty(context)) {}

  void emit(bool withMain) {
    std::vector<llvm::Constant *> variables, kernels, entries;
    for (const VariableInfo &v : table.variables)
      variables.push_back(record({tensor(v.tensor), num(v.offset), num(v.init), real(v.a), real(v.b), num(v.flags)}));
    for (const KernelInfo &k : table.kernels)
      kernelPointers.push_back(
          address(record({text(k.name), text(k.location), kernelEntry(k), num(k.units), num(k.scratchBytes),
                          num(k.flops), num(k.bytes), k.threads ? text(k.symbol) : null(), num(k.threads),
                          num(isSharedDynamic(k.sharedBytes) ? k.sharedBytes : 0)})));
    for (const EntryInfo &e : table.entries)
      entries.push_back(e.present ? address(entry(e)) : null());
    llvm::Constant *recipe =
        record({num(table.epochs), num(table.seed), text(table.checkpointDir), num(table.checkpointEvery),
                num(table.checkpointKeep), dataset(table.data), dataset(table.validation)});
    llvm::Type *i32 = llvm::Type::getInt32Ty(context);
    llvm::Constant *model = record(
        {num(GRADUS_ABI_MAGIC), llvm::ConstantInt::get(i32, GRADUS_ABI_VERSION),
         llvm::ConstantInt::get(i32, sizeof(gradus_model_t)), text(table.name), text(table.compiler),
         text(table.target), text(table.recipeHash), array(variables), num(variables.size()), num(table.variablesBytes),
         llvm::ConstantArray::get(llvm::ArrayType::get(pointer, entries.size()), entries), recipe,
         table.ptx.empty() ? null() : text(table.ptx), table.cubin.empty() ? null() : bytes(table.cubin),
         table.gpu.empty() ? null() : text(table.gpu)});
    emitQuery(address(model), withMain);
  }

private:
  const ModelTable &table;
  llvm::Module &module;
  llvm::LLVMContext &context;
  llvm::PointerType *pointer;
  llvm::Type *i64;
  std::vector<llvm::Constant *> kernelPointers;
  llvm::StringMap<llvm::Function *> kernelEntries; // by symbol

  llvm::Constant *null() { return llvm::ConstantPointerNull::get(pointer); }
  llvm::Constant *num(uint64_t v) { return llvm::ConstantInt::get(i64, v); }
  llvm::Constant *real(double v) { return llvm::ConstantFP::get(llvm::Type::getDoubleTy(context), v); }
  llvm::Constant *record(ArrayRef<llvm::Constant *> fields) { return llvm::ConstantStruct::getAnon(context, fields); }
  llvm::Constant *address(llvm::Constant *value) {
    auto *global = new llvm::GlobalVariable(module, value->getType(), /*isConstant=*/true,
                                            llvm::GlobalValue::InternalLinkage, value, "gradus.table");
    global->setAlignment(llvm::Align(8));
    return global;
  }
  llvm::Constant *text(StringRef s) {
    auto *global = cast<llvm::GlobalVariable>(address(llvm::ConstantDataArray::getString(context, s)));
    global->setAlignment(llvm::Align(1));
    global->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    return global;
  }
  llvm::Constant *bytes(ArrayRef<char> data) {
    return address(llvm::ConstantDataArray::getRaw(StringRef(data.data(), data.size()), data.size(),
                                                   llvm::Type::getInt8Ty(context)));
  }
  llvm::Constant *array(ArrayRef<llvm::Constant *> elements) {
    if (elements.empty())
      return null();
    return address(llvm::ConstantArray::get(llvm::ArrayType::get(elements[0]->getType(), elements.size()), elements));
  }
  llvm::Constant *slot(const gradus_slot_t &p) { return record({num(p.segment), num(p.offset)}); }
  llvm::Constant *slots(ArrayRef<gradus_slot_t> list) {
    std::vector<llvm::Constant *> elements;
    for (const gradus_slot_t &p : list)
      elements.push_back(slot(p));
    return array(elements);
  }
  llvm::Constant *numbers(ArrayRef<int64_t> list) {
    std::vector<llvm::Constant *> elements;
    for (int64_t v : list)
      elements.push_back(num(v));
    return array(elements);
  }
  llvm::Constant *tensor(const TensorInfo &t) {
    return record({text(t.name), numbers(t.shape), num(t.shape.size()), num(t.dtype), num(t.bytes)});
  }
  llvm::Constant *tensors(ArrayRef<TensorInfo> list) {
    std::vector<llvm::Constant *> elements;
    for (const TensorInfo &t : list)
      elements.push_back(tensor(t));
    return array(elements);
  }
  llvm::Constant *entry(const EntryInfo &e) {
    std::vector<llvm::Constant *> launches;
    for (const LaunchInfo &l : e.launches)
      launches.push_back(record({kernelPointers[l.kernel], slots(l.args), num(l.args.size()), num(l.operandCount),
                                 num(l.parallel), numbers(l.floatElements)}));
    return record({num(e.batch), tensors(e.inputs), num(e.inputs.size()), tensors(e.outputs), slots(e.outputSlots),
                   num(e.outputs.size()), array(launches), num(launches.size()), num(e.arenaBytes)});
  }
  llvm::Constant *dataset(const DatasetInfo &d) {
    std::vector<llvm::Constant *> parts;
    for (const DataPartInfo &p : d.parts)
      parts.push_back(record({text(p.input), text(p.path), real(p.scale), num(p.first), num(p.last), num(p.shift)}));
    return record({num(d.kind), array(parts), num(parts.size()), num(d.shuffle), num(d.header), num(d.delimiter)});
  }

  /// gradus_kernel_fn_t around a kernel: loads its buffers from the array.
  llvm::Constant *kernelEntry(const KernelInfo &k) {
    if (!table.ptx.empty())
      return null();
    llvm::Function *&entry = kernelEntries[k.symbol];
    if (entry)
      return entry;
    llvm::Function *kernel = module.getFunction(k.symbol);
    auto *none = llvm::Type::getVoidTy(context);
    auto *type = llvm::FunctionType::get(none, {pointer, i64, i64, pointer}, false);
    entry = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, k.symbol + ".entry", module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", entry));
    llvm::Value *args = entry->getArg(0), *begin = entry->getArg(1), *end = entry->getArg(2),
                *scratch = entry->getArg(3);
    if (k.threads) {
      llvm::FunctionCallee run = module.getOrInsertFunction(
          "gradus_sim_run", llvm::FunctionType::get(none, {pointer, pointer, i64, i64, pointer}, false));
      b.CreateCall(run, {simulatedKernel(k, kernel), args, begin, end, scratch});
    } else {
      callWithBuffers(b, kernel, args, {begin, end, scratch});
    }
    b.CreateRetVoid();
    return entry;
  }

  /// Calls a kernel with its buffers, loaded from an array, and what follows them.
  void callWithBuffers(llvm::IRBuilder<> &b, llvm::Function *kernel, llvm::Value *array,
                       ArrayRef<llvm::Value *> others) {
    std::vector<llvm::Value *> args;
    for (size_t i = 0; i + others.size() < kernel->arg_size(); ++i)
      args.push_back(b.CreateLoad(pointer, b.CreateConstGEP1_64(pointer, array, i)));
    llvm::append_range(args, others);
    b.CreateCall(kernel, args);
  }

  /// gradus_sim_kernel_t of runtime/src/devices/simulator.
  llvm::Constant *simulatedKernel(const KernelInfo &k, llvm::Function *kernel) {
    auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer, pointer}, false);
    auto *body = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, k.symbol + ".body", module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", body));
    callWithBuffers(b, kernel, body->getArg(0), {body->getArg(1)});
    b.CreateRetVoid();
    return address(record({text(k.name), text(k.location), body, num(k.threads), numbers(k.argBytes),
                           num(k.argBytes.size()), num(k.scratchBytes)}));
  }

  void emitQuery(llvm::Constant *model, bool withMain) {
    std::string name = symbolOfModel(table.name) + "_query", nameForMain = "gradus_model_query";
    for (llvm::Function &f : module) {
      if (f.isDeclaration())
        continue;
      f.setLinkage(llvm::GlobalValue::InternalLinkage);
      if (f.getName() == name || f.getName() == nameForMain)
        f.setName(f.getName() + ".kernel");
    }
    llvm::Type *i32 = llvm::Type::getInt32Ty(context);
    auto *type = llvm::FunctionType::get(pointer, {i32}, false);
    auto *query = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module);
    llvm::IRBuilder<> b(llvm::BasicBlock::Create(context, "", query));
    llvm::Value *same = b.CreateICmpEQ(query->getArg(0), llvm::ConstantInt::get(i32, GRADUS_ABI_VERSION));
    b.CreateRet(b.CreateSelect(same, model, null()));
    if (withMain && name != nameForMain)
      llvm::GlobalAlias::create(nameForMain, query);
  }
};

} // namespace

std::string gradus::symbolOfModel(StringRef name) {
  std::string symbol = !name.empty() && llvm::isDigit(name[0]) ? "model_" : "";
  for (char c : name)
    symbol += llvm::isAlnum(c) ? llvm::toLower(c) : '_';
  return symbol;
}

void gradus::emitModelTable(const ModelTable &table, llvm::Module &module, bool withMain) {
  TableEmitter(table, module).emit(withMain);
}
