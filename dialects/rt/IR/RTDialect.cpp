//===- RTDialect.cpp - The rt dialect: registration, syntax, verifiers ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace gradus::rt;

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

void KernelOp::build(OpBuilder &builder, OperationState &state, StringRef name, FunctionType type, KernelKind kind) {
  auto &properties = state.getOrAddProperties<Properties>();
  properties.sym_name = builder.getStringAttr(name);
  properties.function_type = TypeAttr::get(type);
  properties.kind = KernelKindAttr::get(builder.getContext(), kind);
  Block &block = state.addRegion()->emplaceBlock();
  for (Type input : type.getInputs())
    block.addArgument(input, state.location);
}

// rt.kernel @name(%a: type, …) -> (types) kind <kind> attributes {…} { body }
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
  p.printOptionalAttrDictWithKeyword((*this)->getAttrs(),
                                     {getSymNameAttrName(), getFunctionTypeAttrName(), getKindAttrName(),
                                      getArgAttrsAttrName(), getResAttrsAttrName()});
  p << ' ';
  p.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult YieldOp::verify() {
  auto kernel = cast<KernelOp>((*this)->getParentOp());
  if (getResults().getTypes() != kernel.getResultTypes())
    return emitOpError("yields other types than kernel @") << kernel.getSymName() << " returns";
  return success();
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  Operation *target = symbols.lookupNearestSymbolFrom(*this, getKernelAttr());
  if (isa_and_nonnull<FunctionOpInterface>(target) && !isa<KernelOp>(target))
    return success(); // compiled already: a function on buffers
  auto kernel = dyn_cast_or_null<KernelOp>(target);
  if (!kernel) // C1
    return emitOpError() << getKernelAttr() << " does not name an rt.kernel";
  if (getInputs().getTypes() != kernel.getArgumentTypes() || getOutputs().getTypes() != kernel.getResultTypes())
    return emitOpError() << "types differ from those of kernel " << getKernelAttr();
  return success();
}
