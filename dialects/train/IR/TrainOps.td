//===- TrainOps.td - The train dialect: learning --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAINOPS_TD
#define GRADUS_DIALECTS_TRAIN_IR_TRAINOPS_TD

include "dialects/train/IR/TrainAttrs.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Train_Op<string mnemonic, list<Trait> traits = []> : Op<Train_Dialect, mnemonic, traits>;
def Train_Tensor : StaticShapeTensorOf<[F32, F64, I32, I64, I1]>;
def Train_FloatTensor : StaticShapeTensorOf<[F32, F64]>;
def Train_Rate : 0DTensorOf<[F64]>, BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getF64Type())">;
def Train_Count : 0DTensorOf<[I64]>, BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI64Type())">;

def Train_ParameterOp : Train_Op<"parameter", [Symbol]> {
  let summary = "a tensor that is learned, saved and loaded";
  let description = [{
    Its initial values are drawn from Philox, keyed by the seed and the name.
    ```mlir
    train.parameter @fc1.weight : tensor<16x784xf32> init #train.uniform_init<low = -0.036, high = 0.036>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Train_Tensor>:$type, Train_AnyInitAttr:$init,
                       UnitAttr:$frozen);
  let assemblyFormat = "$sym_name `:` $type `init` $init (`frozen` $frozen^)? attr-dict";
}

def Train_StateOp : Train_Op<"state", [Symbol]> {
  let summary = "what an optimizer remembers about a parameter; starts at zero";
  let description = "Saved in checkpoints beside the parameters; not part of exported weights.";
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Train_Tensor>:$type);
  let assemblyFormat = "$sym_name `:` $type attr-dict";
}

def Train_ReadOp : Train_Op<"read", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a parameter or state at the start of the step";
  let description = "C1: the symbol names a `train.parameter` or `train.state` of the result's type.";
  let arguments = (ins FlatSymbolRefAttr:$variable);
  let results = (outs Train_Tensor:$result);
  let assemblyFormat = "$variable attr-dict `:` type($result)";
}

def Train_WriteOp : Train_Op<"write", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a parameter or state after the step";
  let description = [{
    C1: as for `train.read`. C2: an entry point writes a variable at most once
    (verified with its attribute `train.entry`). All reads, also those after the
    write, see the old value.
  }];
  let arguments = (ins FlatSymbolRefAttr:$variable, Train_Tensor:$value);
  let assemblyFormat = "$variable `,` $value attr-dict `:` type($value)";
}

def Train_CounterOp : Train_Op<"counter", [Pure]> {
  let summary = "the index of the step, the length of the run, or the seed";
  let description = "The step counts from 0. `total_steps` is 0 where the length of the run is not known.";
  let arguments = (ins Train_Counter:$counter);
  let results = (outs Train_Count:$result);
  let assemblyFormat = "$counter attr-dict";
}

def Train_GradOp : Train_Op<"grad", [Pure]> {
  let summary = "the gradients of a scalar with respect to tensors";
  let description = [{
    A request: `train-autodiff` replaces it with the backward graph.
    C1: the loss is a scalar; C2: results have the types of `wrt`.
    ```mlir
    %gw, %gb = train.grad %loss wrt %w, %b : tensor<f32>, tensor<16x784xf32>, tensor<16xf32>
                                           -> tensor<16x784xf32>, tensor<16xf32>
    ```
  }];
  let arguments = (ins 0DTensorOf<[F32, F64]>:$loss, Variadic<Train_FloatTensor>:$wrt);
  let results = (outs Variadic<Train_FloatTensor>:$gradients);
  let assemblyFormat = "$loss `wrt` $wrt attr-dict `:` type($loss) `,` type($wrt) `->` type($gradients)";
  let hasVerifier = 1;
}

def Train_LearningRateOp : Train_Op<"learning_rate", [Pure]> {
  let summary = "the learning rate of this step";
  let description = [{
    With t the number of the step, counted from 0, and w the length of the
    warm-up: start * (t + 1) / w for t < w, where start is the rate at which the
    schedule starts; the schedule's own formula after that. Computed in f64.
    C1: `schedule` is a schedule, that is, has a ScheduleAttrInterface. C2: `warmup` >= 0.
    ```mlir
    %rate = train.learning_rate #train.cosine<initial = 0.1, final = 0.001, steps = 100> warmup 10
    ```
  }];
  let arguments = (ins Train_ScheduleAttrInterface:$schedule,
                       DefaultValuedAttr<ConfinedAttr<I64Attr, [IntNonNegative]>, "0">:$warmup);
  let results = (outs Train_Rate:$result);
  let assemblyFormat = "$schedule (`warmup` $warmup^)? attr-dict";
}

def Train_ClipNormOp : Train_Op<"clip_norm", [Pure]> {
  let summary = "scales gradients to a largest global L2 norm";
  let description = [{
    g * min(1, max_norm / (norm + 1e-6)) for each gradient g, with the norm over
    all gradients together, as PyTorch's clip_grad_norm_.
    C1: results have the types of the gradients. C2: the largest norm is positive.
  }];
  let arguments = (ins Variadic<Train_FloatTensor>:$gradients, F64Attr:$maxNorm);
  let results = (outs Variadic<Train_FloatTensor>:$results);
  let assemblyFormat = "$gradients `max` $maxNorm attr-dict `:` type($gradients) `->` type($results)";
  let hasVerifier = 1;
}

/// One step of an optimizer. C1: the symbol names a `train.parameter` of the
/// gradient's type. `states` are the names of what it remembers: the state `m` of a
/// parameter `w` is the train.state `w.m`, a name that no layer may have. An
/// optimizer is a record here and a function in compiler/Transforms/Optimizers.cpp.
class Train_UpdateOp<string mnemonic, list<string> states, dag attributes>
    : Train_Op<"update." # mnemonic, [SymbolUserOpInterface]> {
  let arguments = !con((ins FlatSymbolRefAttr:$parameter, Train_FloatTensor:$gradient, Train_Rate:$rate),
                       attributes);
  let assemblyFormat = "$parameter `by` $gradient `rate` $rate attr-dict `:` type($gradient)";
  let extraClassDeclaration = [{
    ::llvm::LogicalResult verifySymbolUses(::mlir::SymbolTableCollection &symbols) {
      return verifyParameterUse(*this, getParameterAttr(), getGradient().getType(), symbols);
    }
    /// The names of the states that the optimizer may keep of a parameter.
    static ::llvm::SmallVector<::llvm::StringRef> getStateNames() {
      return {}] # !interleave(!foreach(state, states, "\"" # state # "\""), ", ") # [{};
    }
  }];
}
def Train_UpdateSgdOp : Train_UpdateOp<"sgd", ["velocity"], (ins F64Attr:$momentum, BoolAttr:$nesterov,
                                                                 F64Attr:$weightDecay)> {
  let summary = "one step of stochastic gradient descent";
  let description = [{
    g += decay * p;  v = momentum * v + g;  p -= rate * (nesterov ? g + momentum * v : v)
    (the form of Sutskever et al. 2013 that PyTorch uses; v starts at the first g).
  }];
}
def Train_UpdateAdamOp : Train_UpdateOp<"adam", ["m", "v", "v_max"],
    (ins F64Attr:$beta1, F64Attr:$beta2, F64Attr:$epsilon, F64Attr:$weightDecay, BoolAttr:$decoupled,
         UnitAttr:$amsgrad)> {
  let summary = "one step of Adam, or AdamW where the decay is decoupled";
  let description = [{
    Kingma and Ba 2015, Loshchilov and Hutter 2019:
    m = b1 m + (1-b1) g;  v = b2 v + (1-b2) g^2;
    p -= rate / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + eps), t counted from 1.
    Decay: p *= 1 - rate * decay before the step if decoupled, else g += decay * p.
    With amsgrad (Reddi, Kale and Kumar 2018) the largest v so far stands in the place of v in the step.
  }];
}
def Train_UpdateAdagradOp : Train_UpdateOp<"adagrad", ["square"], (ins F64Attr:$rateDecay, F64Attr:$epsilon,
                                                                       F64Attr:$weightDecay)> {
  let summary = "one step of Adagrad";
  let description = [{
    Duchi, Hazan and Singer 2011: g += decay * p;  s += g^2;
    p -= rate / (1 + (t - 1) * rateDecay) * g / (sqrt(s) + eps), t counted from 1.
  }];
}
def Train_UpdateAdadeltaOp : Train_UpdateOp<"adadelta", ["square", "step"], (ins F64Attr:$rho, F64Attr:$epsilon,
                                                                                 F64Attr:$weightDecay)> {
  let summary = "one step of Adadelta";
  let description = [{
    Zeiler 2012: g += decay * p;  s = rho s + (1-rho) g^2;  d = sqrt(a + eps) / sqrt(s + eps) * g;
    a = rho a + (1-rho) d^2;  p -= rate * d. The state `step` is a.
  }];
}
def Train_UpdateLambOp : Train_UpdateOp<"lamb", ["m", "v"], (ins F64Attr:$beta1, F64Attr:$beta2, F64Attr:$epsilon,
                                                                 F64Attr:$weightDecay)> {
  let summary = "one step of LAMB";
  let description = [{
    You et al., arXiv:1904.00962, algorithm 2: m and v as in Adam, with bias corrections;
    r = m / (sqrt(v) + eps) + decay * p;  p -= rate * |p| / |r| * r, norms over the parameter; the ratio is 1
    where a norm is 0.
  }];
}
def Train_UpdateLionOp : Train_UpdateOp<"lion", ["m"], (ins F64Attr:$beta1, F64Attr:$beta2, F64Attr:$weightDecay)> {
  let summary = "one step of Lion";
  let description = [{
    Chen et al., arXiv:2302.06675: p *= 1 - rate * decay;  p -= rate * sign(b1 m + (1-b1) g);  m = b2 m + (1-b2) g.
  }];
}
def Train_UpdateRmspropOp : Train_UpdateOp<"rmsprop", ["square", "velocity"], (ins F64Attr:$alpha, F64Attr:$epsilon,
                                                                                   F64Attr:$momentum,
                                                                                   F64Attr:$weightDecay)> {
  let summary = "one step of RMSprop";
  let description = [{
    Tieleman and Hinton 2012: g += decay * p;  s = alpha s + (1-alpha) g^2;
    d = g / (sqrt(s) + eps);  with momentum v = momentum v + d, p -= rate * v; else p -= rate * d.
  }];
}

#endif
