//===- RTDialect.cpp - The rt dialect: registration, syntax, verifiers ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/SlotVerifiers.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::rt;

static ParseResult parseSlots(OpAsmParser &parser, ArrayAttr &slots);
static void printSlots(OpAsmPrinter &p, Operation *op, ArrayAttr slots);

#include "dialects/rt/IR/RTDialect.cpp.inc"
#include "dialects/rt/IR/RTEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/rt/IR/RTAttrs.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/rt/IR/RTOps.cpp.inc"

void RTDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/rt/IR/RTOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/rt/IR/RTAttrs.cpp.inc"
      >();
}

CostAttr gradus::rt::getCost(Operation *function) {
  auto cost = function->getAttrOfType<CostAttr>(kCostAttr);
  return cost ? cost : CostAttr::get(function->getContext(), 0, 0);
}

std::string gradus::rt::hashOf(StringRef text) {
  return llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(text)), /*LowerCase=*/true);
}

std::string gradus::rt::symbolOfModel(StringRef name) {
  std::string symbol = !name.empty() && llvm::isDigit(name[0]) ? "model_" : "";
  for (char c : name)
    symbol += llvm::isAlnum(c) ? llvm::toLower(c) : '_';
  return symbol;
}

bool gradus::rt::isHash(StringRef text) { return text.size() == 64 && llvm::all_of(text, llvm::isHexDigit); }

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

using EmitError = function_ref<InFlightDiagnostic()>;

LogicalResult SlotAttr::verify(EmitError emitError, Segment segment, int64_t offset) {
  if (offset < 0) // C1
    return emitError() << "offset " << offset << " is negative";
  if (segment == Segment::Counters && offset != 0 && offset != 8 && offset != 16) // C2
    return emitError() << "there is no counter at " << offset << "; they are at 0, 8 and 16";
  return success();
}

LogicalResult PlanAttr::verify(EmitError emitError, int64_t arenaBytes, ArrayRef<SlotAttr>) {
  if (arenaBytes < 0) // C1
    return emitError() << "an arena of " << arenaBytes << " bytes";
  return success();
}

LogicalResult CPULaunchAttr::verify(EmitError emitError, int64_t units) {
  if (units < 0) // C1
    return emitError() << "a launch of " << units << " work items";
  return success();
}

LogicalResult GPULaunchAttr::verify(EmitError emitError, int64_t blocks, int64_t threads) {
  if (blocks < 0) // C1
    return emitError() << "a launch of " << blocks << " blocks";
  if (threads < 1 || threads > 1024) // C2
    return emitError() << "a block has 1 to 1024 threads, not " << threads;
  return success();
}

LogicalResult CostAttr::verify(EmitError emitError, int64_t flops, int64_t bytes) {
  if (flops < 0 || bytes < 0) // C1
    return emitError() << "a cost is not negative";
  return success();
}

LogicalResult gradus::rt::verifySlot(Operation *op, SlotAttr slot, Type type, int64_t arenaBytes, int64_t inputs) {
  std::optional<int64_t> bytes = type ? checkedByteSize(type) : 0;
  if (!bytes)
    return op->emitOpError() << "has a slot for a value of type " << type << ", which has no size in bytes";
  if (slot.getSegment() == Segment::Arena && *bytes > arenaBytes - slot.getOffset())
    return op->emitOpError() << "stores " << *bytes << " bytes at " << slot.getOffset() << " of an arena of "
                             << arenaBytes;
  if (slot.getSegment() == Segment::Inputs && slot.getOffset() >= inputs)
    return op->emitOpError() << "reads input " << slot.getOffset() << " of " << inputs;
  return success();
}

/// The constraints of an `rt.plan` on the entry point `function`.
static LogicalResult verifyPlan(FunctionOpInterface function, PlanAttr plan) {
  ArrayRef<Type> results = function.getResultTypes();
  if (plan.getResults().size() != results.size()) // C2
    return function.emitOpError() << "has " << results.size() << " results, but its plan has "
                                  << plan.getResults().size() << " slots";
  auto verifyAll = [&](Operation *op, ArrayRef<SlotAttr> slots, TypeRange types) { // C3, C4
    for (auto [slot, type] : llvm::zip_equal(slots, types))
      if (failed(verifySlot(op, slot, type, plan.getArenaBytes(), function.getNumArguments())))
        return failure();
    return success();
  };
  if (failed(verifyAll(function, plan.getResults(), results)))
    return failure();
  WalkResult walk = function.walk([&](LaunchOp launch) {
    // Counts are verified by the launch itself, which comes later.
    if (!launch.getOperandSlots() || launch.getOperandSlots()->size() != launch.getInputs().size() ||
        !launch.getResultSlots() || launch.getResultSlots()->size() != launch.getOutputs().size())
      return WalkResult::advance();
    auto operands = llvm::to_vector(launch.getOperandSlots()->getAsRange<SlotAttr>());
    auto outputs = llvm::to_vector(launch.getResultSlots()->getAsRange<SlotAttr>());
    return WalkResult(success(succeeded(verifyAll(launch, operands, launch.getInputs().getTypes())) &&
                              succeeded(verifyAll(launch, outputs, launch.getOutputs().getTypes()))));
  });
  return success(!walk.wasInterrupted());
}

LogicalResult RTDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  Attribute value = attribute.getValue();
  auto isHashText = [](Attribute text) { return isa<StringAttr>(text) && isHash(cast<StringAttr>(text).getValue()); };
  if (name == kRecipeHashAttr) {
    if (!isa<ModuleOp>(op) || !isHashText(value))
      return op->emitOpError() << "'" << name << "' must be 64 hexadecimal digits, on a module";
    return success();
  }
  struct Expected {
    StringRef name;
    bool valid;
    StringRef text;
  };
  const Expected known[] = {
      {kConfigAttr, isa<CPULaunchAttr, GPULaunchAttr>(value), "a #rt.cpu_launch or #rt.gpu_launch"},
      {kCostAttr, isa<CostAttr>(value), "a #rt.cost"},
      {kPrecisionAttr, isa<PrecisionAttr>(value), "a #rt.precision"},
      {kNameAttr, isa<StringAttr>(value), "a string"},
      {kPlanAttr, isa<PlanAttr>(value), "a #rt.plan"},
  };
  const Expected *expected = llvm::find_if(known, [&](const Expected &e) { return e.name == name; });
  if (expected == std::end(known))
    return op->emitOpError() << "the rt dialect knows no attribute '" << name << "'";
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (!function || !expected->valid)
    return op->emitOpError() << "'" << name << "' must be " << expected->text << ", on a function";
  auto plan = dyn_cast<PlanAttr>(value);
  return plan ? verifyPlan(function, plan) : success();
}

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

// [inputs 0, arena 64]
static ParseResult parseSlots(OpAsmParser &parser, ArrayAttr &slots) {
  SmallVector<Attribute> list;
  ParseResult result = parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, [&]() -> ParseResult {
    StringRef segmentName;
    int64_t offset;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&segmentName) || parser.parseInteger(offset))
      return failure();
    std::optional<Segment> segment = symbolizeSegment(segmentName);
    if (!segment)
      return parser.emitError(loc) << "unknown segment '" << segmentName << "'";
    auto slot = SlotAttr::getChecked([&] { return parser.emitError(loc); }, parser.getContext(), *segment, offset);
    if (!slot)
      return failure();
    list.push_back(slot);
    return success();
  });
  slots = ArrayAttr::get(parser.getContext(), list);
  return result;
}

static void printSlots(OpAsmPrinter &p, Operation *, ArrayAttr slots) {
  p << '[';
  llvm::interleaveComma(slots.getAsRange<SlotAttr>(), p,
                        [&](SlotAttr slot) { p << stringifySegment(slot.getSegment()) << ' ' << slot.getOffset(); });
  p << ']';
}

LogicalResult gradus::rt::verifyResultSlots(Operation *op, ArrayAttr slots) {
  for (auto slot : slots.getAsRange<SlotAttr>())
    if (slot.getSegment() != Segment::Arena && slot.getSegment() != Segment::Variables)
      return op->emitOpError() << "stores a result in the segment '" << stringifySegment(slot.getSegment()) << "'";
  return success();
}

//===----------------------------------------------------------------------===//
// Kernels and launches
//===----------------------------------------------------------------------===//

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type, KernelKind kind) {
  auto &properties = state.getOrAddProperties<Properties>();
  properties.sym_name = builder.getStringAttr(name);
  properties.function_type = TypeAttr::get(type);
  properties.kind = KernelKindAttr::get(builder.getContext(), kind);
  Block &block = state.addRegion()->emplaceBlock();
  for (Type input : type.getInputs())
    block.addArgument(input, state.location);
}

// rt.kernel @name(%a: type, …) -> (types) kind <kind> cost <flops = 1, bytes = 2> attributes {…} { body }
ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  StringAttr name;
  SmallVector<OpAsmParser::Argument> args;
  SmallVector<Type> resultTypes;
  SmallVector<DictionaryAttr> resultAttrs;
  bool isVariadic = false;
  StringRef kindName;
  SMLoc kindLoc;
  if (parser.parseSymbolName(name) ||
      function_interface_impl::parseFunctionSignatureWithArguments(parser, /*allowVariadic=*/false, args, isVariadic,
                                                                   resultTypes, resultAttrs) ||
      parser.parseKeyword("kind") || parser.getCurrentLocation(&kindLoc) || parser.parseKeyword(&kindName))
    return failure();
  std::optional<KernelKind> kind = symbolizeKernelKind(kindName);
  if (!kind)
    return parser.emitError(kindLoc) << "unknown kernel kind '" << kindName << "'";
  if (succeeded(parser.parseOptionalKeyword("cost"))) {
    auto cost = dyn_cast_if_present<CostAttr>(CostAttr::parse(parser, Type()));
    if (!cost)
      return failure();
    result.addAttribute(getCostAttrName(result.name), cost);
  }
  if (parser.parseOptionalAttrDictWithKeyword(result.attributes))
    return failure();
  Builder &b = parser.getBuilder();
  SmallVector<Type> argTypes;
  for (auto &arg : args)
    argTypes.push_back(arg.type);
  result.addAttribute(getSymNameAttrName(result.name), name);
  result.addAttribute(getFunctionTypeAttrName(result.name), TypeAttr::get(b.getFunctionType(argTypes, resultTypes)));
  result.addAttribute(getKindAttrName(result.name), KernelKindAttr::get(b.getContext(), *kind));
  return parser.parseRegion(*result.addRegion(), args);
}

void KernelOp::print(OpAsmPrinter &p) {
  p << ' ';
  p.printSymbolName(getSymName());
  function_interface_impl::printFunctionSignature(p, *this, getArgumentTypes(), /*isVariadic=*/false, getResultTypes());
  p << " kind " << stringifyKernelKind(getKind());
  if (CostAttr cost = getCostAttr()) {
    p << " cost ";
    p.printStrippedAttrOrType(cost);
  }
  p.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                     {getSymNameAttrName(), getFunctionTypeAttrName(), getKindAttrName(),
                                      getCostAttrName(), getArgAttrsAttrName(), getResAttrsAttrName()});
  p << ' ';
  p.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult KernelOp::verifyType() {
  for (Type type : llvm::concat<const Type>(getArgumentTypes(), getResultTypes())) // C1
    if (!isa<RankedTensorType>(type) || !checkedByteSize(type))
      return emitOpError() << "takes and returns tensors of numbers, of static shape, not " << type;
  return success();
}

LogicalResult YieldOp::verify() {
  auto kernel = cast<KernelOp>((*this)->getParentOp());
  if (getResults().getTypes() != kernel.getResultTypes())
    return emitOpError("yields other types than kernel @") << kernel.getSymName() << " returns";
  return success();
}

LogicalResult LaunchOp::verify() {
  if (getOperandSlots().has_value() != getResultSlots().has_value()) // C2
    return emitOpError("has slots for operands or for results only");
  if (!getOperandSlots())
    return success();
  if (getOperandSlots()->size() != getInputs().size() || getResultSlots()->size() != getOutputs().size()) // C3
    return emitOpError() << "has " << getInputs().size() << " operands and " << getOutputs().size()
                         << " results, but slots for " << getOperandSlots()->size() << " and "
                         << getResultSlots()->size();
  return verifyResultSlots(*this, *getResultSlots()); // C4
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Operation *target = symbols.lookupNearestSymbolFrom(*this, getKernelAttr());
  if (auto function = dyn_cast_or_null<FunctionOpInterface>(target); function && !isa<KernelOp>(target)) {
    // Compiled already: a function on buffers, with arguments of its own behind them.
    size_t buffers = getInputs().size() + getOutputs().size();
    if (function.getNumArguments() < buffers)
      return emitOpError() << "has " << buffers << " operands and results, but " << getKernelAttr() << " takes "
                           << function.getNumArguments() << " arguments";
    return success();
  }
  auto kernel = dyn_cast_or_null<KernelOp>(target);
  if (!kernel) // C1
    return emitOpError() << getKernelAttr() << " does not name an rt.kernel";
  if (getInputs().getTypes() != kernel.getArgumentTypes() || getOutputs().getTypes() != kernel.getResultTypes())
    return emitOpError() << "types differ from those of kernel " << getKernelAttr();
  return success();
}

LogicalResult VariableOp::verify() {
  if (static_cast<int64_t>(getOffset()) < 0 || getOffset() % kSlotAlignment != 0) // C2
    return emitOpError() << "offset " << static_cast<int64_t>(getOffset()) << " is not a multiple of "
                         << kSlotAlignment;
  return success();
}

LogicalResult VariableOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Operation *target = symbols.lookupNearestSymbolFrom(*this, getVariableAttr());
  auto type = isa_and_nonnull<gradus::train::ParameterOp, gradus::train::StateOp>(target)
                  ? target->getAttrOfType<TypeAttr>("type")
                  : TypeAttr();
  if (!type) // C1
    return emitOpError() << getVariableAttr() << " does not name a parameter or state";
  if (type.getValue() != getType())
    return emitOpError() << getVariableAttr() << " has type " << type.getValue() << ", not " << getType();
  return success();
}
