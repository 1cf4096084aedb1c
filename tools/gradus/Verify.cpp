//===- Verify.cpp - Compiled code against the reference -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles the model as a shared library, runs one training step and one
// prediction of it on random inputs, and compares every output and every
// variable with the reference evaluator in f64. Then compares gradients with
// finite differences of the loss.
//
//===----------------------------------------------------------------------===//
#include "compiler/Passes/Passes.h"
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/FiniteDifference.h"
#include "compiler/Reference/Philox.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "gradus/runtime.h"
#include "mlir/Analysis/SliceAnalysis.h"
#include "mlir/Pass/PassManager.h"
#include "tools/gradus/Commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>

using namespace llvm;
using namespace gradus;
using reference::Tensor;

namespace {

/// A compiled model, loaded into this process.
struct Library {
  void *handle = nullptr;
  decltype(&gradus_session_create) create = nullptr;
  decltype(&gradus_session_destroy) destroy = nullptr;
  decltype(&gradus_session_run) run = nullptr;
  decltype(&gradus_session_output) output = nullptr;
  decltype(&gradus_session_variable) variable = nullptr;
  decltype(&gradus_session_counters) counters = nullptr;
  const gradus_model_t *model = nullptr;

  bool open(const std::string &path) {
    handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
      return false;
    auto get = [&](auto &function, const char *name) {
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, name));
    };
    decltype(&gradus_model_query) query;
    get(create, "gradus_session_create");
    get(destroy, "gradus_session_destroy");
    get(run, "gradus_session_run");
    get(output, "gradus_session_output");
    get(variable, "gradus_session_variable");
    get(counters, "gradus_session_counters");
    get(query, "gradus_model_query");
    model = query ? query(GRADUS_ABI_VERSION) : nullptr;
    return create && model;
  }
  ~Library() {
    if (handle)
      dlclose(handle);
  }
};

double elementOf(const void *data, uint64_t dtype, uint64_t i) {
  switch (dtype) {
  case GRADUS_F32:
    return static_cast<const float *>(data)[i];
  case GRADUS_F64:
    return static_cast<const double *>(data)[i];
  case GRADUS_I32:
    return static_cast<const int32_t *>(data)[i];
  default:
    return static_cast<double>(static_cast<const int64_t *>(data)[i]);
  }
}

void setElement(void *data, uint64_t dtype, uint64_t i, double v) {
  switch (dtype) {
  case GRADUS_F32:
    static_cast<float *>(data)[i] = v;
    break;
  case GRADUS_F64:
    static_cast<double *>(data)[i] = v;
    break;
  case GRADUS_I32:
    static_cast<int32_t *>(data)[i] = v;
    break;
  default:
    static_cast<int64_t *>(data)[i] = v;
  }
}

/// How far results may be from the reference: see tolerancesOf.
struct Tolerances {
  double outputs = 1e-4, steps = 1e-4;
  bool rounded = false; // factors of products are
};

class Verifier {
public:
  Verifier(Library &library, mlir::ModuleOp reference, uint64_t seed, const Tolerances &tolerances)
      : library(library), reference(reference), seed(seed), tolerances(tolerances) {}

  /// Returns the exit code.
  int run() {
    gradus_error_t error;
    gradus_session_t *session = nullptr;
    if (library.create(library.model, 1, seed, &session, &error)) {
      errs() << "error: " << error.text << "\n";
      return kInputError;
    }
    bool good = true;
    static const char *const names[] = {"train", "eval", "predict"};
    for (int e : {GRADUS_ENTRY_PREDICT, GRADUS_ENTRY_EVAL, GRADUS_ENTRY_TRAIN})
      if (library.model->entries[e])
        good &= compareEntry(session, e, names[e]);
    library.destroy(session);
    if (library.model->entries[GRADUS_ENTRY_TRAIN])
      good &= compareGradients();
    outs() << (good ? "verified\n" : "MISMATCH\n");
    return good ? kOk : kMismatch;
  }

private:
  Library &library;
  mlir::ModuleOp reference;
  uint64_t seed;
  Tolerances tolerances;
  reference::State initial;

  /// How many values an integer may have where it chooses a class or a row.
  static int64_t choices(mlir::Value v) {
    int64_t count = 2;
    for (mlir::Operation *user : v.getUsers()) {
      auto last = [](mlir::Value t) { return cast<mlir::RankedTensorType>(t.getType()).getShape().back(); };
      if (auto loss = dyn_cast<nn::SoftmaxCrossEntropyOp>(user); loss && loss.getLabels() == v)
        return last(loss.getLogits());
      if (auto oneHot = dyn_cast<nn::OneHotOp>(user))
        return last(oneHot.getResult());
      if (auto gather = dyn_cast<nn::GatherOp>(user); gather && gather.getIndices() == v)
        return cast<mlir::RankedTensorType>(gather.getTable().getType()).getDimSize(0);
      if (isa<nn::ReshapeOp>(user))
        count = std::max(count, choices(user->getResult(0)));
    }
    return count;
  }

  /// Floats from [-1, 1); integers from all that their use allows.
  Tensor randomInput(mlir::BlockArgument argument) {
    auto type = cast<mlir::RankedTensorType>(argument.getType());
    Tensor t(type);
    bool isFloat = isa<mlir::FloatType>(type.getElementType());
    int64_t count = isFloat ? 0 : choices(argument);
    for (int64_t i = 0; i < t.size(); ++i) {
      double u = reference::philoxUniform(seed, 0, 10 + argument.getArgNumber(), i);
      t.data[i] = isFloat ? static_cast<float>(2 * u - 1) : std::floor(count * u);
    }
    return t;
  }

  /// Whether a value comes from comparing others.
  static bool isChoice(mlir::Value v) {
    SetVector<mlir::Operation *> slice;
    mlir::BackwardSliceOptions options;
    options.inclusive = true;
    (void)mlir::getBackwardSlice(v, &slice, options);
    return any_of(slice, [](mlir::Operation *op) { return isa<nn::ArgmaxOp, nn::CompareOp>(op); });
  }

  /// Largest |got - want| / (1 + |want|), and whether it is within `tolerance`.
  bool report(StringRef what, double worst, double tolerance) {
    bool good = worst <= tolerance;
    outs() << left_justify(what, 40) << format("%.2e", worst) << (good ? "" : "  exceeds ");
    if (!good)
      outs() << format("%.0e", tolerance);
    outs() << "\n";
    return good;
  }

  bool compareEntry(gradus_session_t *session, int e, StringRef name) {
    const gradus_entry_t *entry = library.model->entries[e];
    auto function = reference.lookupSymbol<mlir::func::FuncOp>(name);
    reference::State state;
    state.seed = static_cast<int64_t>(seed);
    state.step = library.counters(session)[0] = 3;
    for (uint64_t i = 0; i < library.model->variable_count; ++i) {
      const gradus_variable_t &v = library.model->variables[i];
      mlir::Type type;
      if (auto p = reference.lookupSymbol<train::ParameterOp>(v.tensor.name))
        type = p.getType();
      else
        type = reference.lookupSymbol<train::StateOp>(v.tensor.name).getType();
      Tensor t(cast<mlir::RankedTensorType>(type));
      void *data = library.variable(session, i);
      // What an optimizer remembers: as after some steps, not the zeros of the
      // first, which hide mistakes.
      if (v.flags & GRADUS_VARIABLE_STATE)
        for (int64_t k = 0; k < t.size(); ++k)
          setElement(data, v.tensor.dtype, k, 0.1 * reference::philoxUniform(seed, 1, 1000 + i, k));
      for (int64_t k = 0; k < t.size(); ++k)
        t.data[k] = elementOf(data, v.tensor.dtype, k);
      state.variables[v.tensor.name] = t;
    }
    initial = state;
    std::vector<Tensor> inputs;
    std::vector<std::vector<char>> storage;
    std::vector<void *> pointers;
    for (auto [i, argument] : enumerate(function.getArguments())) {
      inputs.push_back(randomInput(argument));
      storage.emplace_back(entry->inputs[i].bytes + 64);
      void *aligned = reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(storage.back().data()) + 63) / 64 * 64);
      for (int64_t k = 0; k < inputs[i].size(); ++k)
        setElement(aligned, entry->inputs[i].dtype, k, inputs[i].data[k]);
      pointers.push_back(aligned);
    }
    FailureOr<std::vector<Tensor>> want = reference::evaluate(function, inputs, state);
    if (failed(want))
      return false;
    library.run(session, e, pointers.data());
    bool good = true;
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      // Rounding may choose another class where two are nearly equal.
      if (tolerances.rounded && isChoice(function.getBody().front().getTerminator()->getOperand(i)))
        continue;
      good &=
          report((name + " " + entry->outputs[i].name).str(),
                 difference(library.output(session, e, i), entry->outputs[i].dtype, (*want)[i]), tolerances.outputs);
    }
    if (e == GRADUS_ENTRY_TRAIN)
      for (uint64_t i = 0; i < library.model->variable_count; ++i) {
        const gradus_variable_t &v = library.model->variables[i];
        // RMSprop's velocity is a gradient over its own size: where a sum nearly
        // cancels, rounding of its factors is as large as itself.
        bool normalised = tolerances.rounded && StringRef(v.tensor.name).ends_with(".velocity");
        good &= report((Twine("step ") + v.tensor.name).str(),
                       difference(library.variable(session, i), v.tensor.dtype, state.variables[v.tensor.name],
                                  normalised ? nullptr : &initial.variables[v.tensor.name]),
                       tolerances.steps);
      }
    return good;
  }

  /// Largest difference, relative to one plus the largest value of the tensor:
  /// rounding in a sum is as large as its terms, not as its result. What has been
  /// updated is compared more closely, since a step may be small: relative to a
  /// hundredth of that, and the largest change.
  static double difference(const void *got, uint64_t dtype, const Tensor &want, const Tensor *before = nullptr) {
    double worst = 0, scale = 1, change = 0;
    for (auto [k, w] : enumerate(want.data))
      if (std::isfinite(w)) {
        scale = std::max(scale, 1 + std::fabs(w));
        change = before ? std::max(change, std::fabs(w - before->data[k])) : 0;
      }
    if (before)
      scale = scale / 100 + change;
    for (int64_t k = 0; k < want.size(); ++k) {
      double g = elementOf(got, dtype, k), w = want.data[k], d = g == w ? 0 : std::fabs(g - w) / scale;
      worst = d <= worst ? worst : d; // a NaN counts as worst
    }
    return worst;
  }

  /// Gradients of the loss against central differences, at some elements of
  /// every parameter, in f64.
  bool compareGradients() {
    auto function = reference.lookupSymbol<mlir::func::FuncOp>("gradients");
    // Finite differences see through a stop_gradient, and a rounding to f32 hides them.
    bool comparable = true;
    function.walk([&](mlir::Operation *op) {
      if (auto cast = dyn_cast<nn::CastOp>(op))
        comparable &= !(mlir::getElementTypeOrSelf(cast.getType()).isF32() &&
                        mlir::getElementTypeOrSelf(cast.getInput().getType()).isF64()) &&
                      !(isa<mlir::IntegerType>(mlir::getElementTypeOrSelf(cast.getType())));
      comparable &= !isa<nn::StopGradientOp>(op);
    });
    if (!comparable) {
      outs() << "gradients are not compared: the model has a stop_gradient or a cast that loses digits\n";
      return true;
    }
    std::vector<Tensor> inputs;
    for (auto [i, argument] : enumerate(function.getArguments()))
      inputs.push_back(randomInput(argument));
    auto lossAt = [&](const reference::State &at, std::vector<Tensor> *all = nullptr) -> double {
      reference::State copy = at;
      FailureOr<std::vector<Tensor>> out = reference::evaluate(function, inputs, copy);
      if (failed(out))
        return std::nan("");
      if (all)
        *all = *out;
      return (*out)[0].data[0];
    };
    // f64 rounding of the loss over the smallest step is about 1e-9.
    constexpr double kGradientTolerance = 1e-7;
    std::vector<Tensor> analytic;
    double loss = lossAt(initial, &analytic);
    bool good = true;
    for (auto [i, name] : enumerate(cast<mlir::ArrayAttr>(function->getAttr("wrt")))) {
      std::string variable = cast<mlir::StringAttr>(name).str();
      const Tensor &gradient = analytic[i + 1];
      double worst = 0;
      int64_t samples = std::min<int64_t>(gradient.size(), 6);
      for (int64_t s = 0; s < samples; ++s) {
        int64_t k = gradient.size() * s / samples + (gradient.size() / samples) / 2;
        reference::State moved = initial;
        auto probe = [&](double offset) {
          moved.variables[variable].data[k] = initial.variables[variable].data[k] + offset;
          return lossAt(moved);
        };
        // A kink, as of relu, within the reach of a step spoils its difference;
        // a wrong gradient is wrong for every step.
        double d = std::numeric_limits<double>::infinity();
        for (double h : {1e-5, 1e-6, 1e-7}) {
          double numeric = reference::centralDifference(probe, h);
          d = std::min(d, std::fabs(numeric - gradient.data[k]) / (1 + std::fabs(numeric) + std::fabs(loss)));
          if (d <= kGradientTolerance)
            break;
        }
        worst = d <= worst ? worst : d;
      }
      good &= report("gradient " + variable, worst, kGradientTolerance);
    }
    return good;
  }
};

/// The largest differences that rounding explains. f32 sums of a few thousand
/// terms against f64: 1e-4 leaves room for rounding and none for a wrong formula.
/// Factors of tf32 and bf16 are off by 2^-12 and 2^-9 of themselves at most, which
/// partly cancels in a sum; four times that leaves room for some products one
/// behind the other. In a gradient a relu close to zero may take the other side,
/// with all of a sample's share: 5e-2 of the largest change.
Tolerances tolerancesOf(mlir::ModuleOp module, bool tensorCores) {
  Tolerances t;
  module.walk([&](nn::MatmulOp op) {
    if (!tensorCores || op.getPrecision() == nn::Precision::F32)
      return;
    t.outputs = std::max(t.outputs, op.getPrecision() == nn::Precision::BF16 ? 0x1p-7 : 0x1p-10);
    t.steps = 5e-2;
    t.rounded = true;
  });
  return t;
}

/// Adds a function that returns the loss and its gradients, then lowers what
/// the reference evaluator does not know: grad, updates.
LogicalResult prepareReference(mlir::ModuleOp module) {
  auto trainFunction = module.lookupSymbol<mlir::func::FuncOp>("train");
  if (trainFunction) {
    auto clone = trainFunction.clone();
    clone.setSymName("gradients");
    module.push_back(clone);
    train::GradOp grad;
    clone.walk([&](train::GradOp op) { grad = op; });
    SmallVector<mlir::Value> results{grad.getLoss()};
    append_range(results, grad.getGradients());
    SmallVector<mlir::Attribute> names;
    mlir::OpBuilder b(clone);
    for (mlir::Value v : grad.getWrt())
      names.push_back(b.getStringAttr(v.getDefiningOp<train::ReadOp>().getVariable()));
    clone->setAttr("wrt", b.getArrayAttr(names));
    clone.getBody().front().getTerminator()->setOperands(results);
    clone.setFunctionType(b.getFunctionType(clone.getArgumentTypes(), mlir::ValueRange(results).getTypes()));
    clone.setAllResultAttrs(
        ArrayRef<mlir::DictionaryAttr>(SmallVector<mlir::DictionaryAttr>(results.size(), b.getDictionaryAttr({}))));
    for (mlir::Operation &op : make_early_inc_range(reverse(clone.getBody().front())))
      if (isa<train::UpdateSgdOp, train::UpdateAdamOp, train::UpdateRmspropOp>(op) ||
          (op.use_empty() && isa<train::ClipNormOp, train::LearningRateOp>(op)))
        op.erase();
  }
  mlir::PassManager pm(module.getContext());
  pm.addPass(createAutodiffPass());
  pm.addPass(createExpandUpdatesPass());
  return pm.run(module);
}

} // namespace

int gradus::commandVerify(ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/true); !error.empty())
    return usageError(error);
  uint64_t seed = 1;
  for (size_t i = 0; i < rest.size(); ++i) {
    StringRef value = rest[i];
    if (value.consume_front("--seed=") || (value == "--seed" && ++i < rest.size() && (value = rest[i], true))) {
      if (!to_integer(value, seed, 10))
        return usageError("--seed takes a number");
      continue;
    }
    return usageError("verify does not know " + rest[i]);
  }
  if (StringRef(options.model).ends_with(".mlir"))
    return usageError("verify needs a model file, not IR of a stage");
  // A small batch says as much as a large one; odd, so that tails are met.
  if (!options.dims.contains("batch"))
    options.dims["batch"] = 5;
  SmallString<128> path;
  if (std::error_code error = sys::fs::createTemporaryFile("gradus-verify", "so", path)) {
    errs() << "error: cannot create a temporary file: " << error.message() << "\n";
    return kInputError;
  }
  FileRemover remover(path);
  options.output = path.str().str();
  options.emit = "shared-lib";
  options.quiet = true;
  Compilation compilation(options);
  if (ExitCode code = compilation.run())
    return code;
  CompileOptions plain = options;
  plain.printAfter.clear();
  plain.dumpDir.clear();
  Compilation reference(plain);
  if (ExitCode code = reference.load())
    return code;
  if (failed(prepareReference(reference.getModule())))
    return kInternal;
  Library library;
  if (!library.open(options.output)) {
    errs() << "error: the compiled library cannot be loaded: " << dlerror() << "\n";
    return kInternal;
  }
  Tolerances tolerances = tolerancesOf(reference.getModule(), compilation.usesTensorCores());
  return Verifier(library, reference.getModule(), seed, tolerances).run();
}
