//===- TrainAttrs.td - Recipes, datasets and schedules --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAINATTRS_TD
#define GRADUS_DIALECTS_TRAIN_IR_TRAINATTRS_TD

include "dialects/train/IR/TrainDialect.td"
include "dialects/train/IR/TrainInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

class Train_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::gradus::train";
}

def Train_Counter : Train_Enum<"Counter", "a number that the runtime supplies", [
    I32EnumAttrCase<"Step", 0, "step">, I32EnumAttrCase<"TotalSteps", 1, "total_steps">,
    I32EnumAttrCase<"Seed", 2, "seed">]>;

// The numbers are those of GRADUS_ENTRY_* and GRADUS_DATA_* in gradus/model_abi.h.
def Train_Entry : I32Enum<"Entry", "what an entry point is for", [
    I32EnumCase<"Train", 0, "train">, I32EnumCase<"Eval", 1, "eval">, I32EnumCase<"Predict", 2, "predict">]> {
  let cppNamespace = "::gradus::train";
}

def Train_DataKind : I32Enum<"DataKind", "the format of data files", [
    I32EnumCase<"Idx", 1, "idx">, I32EnumCase<"Npy", 2, "npy">, I32EnumCase<"Csv", 3, "csv">,
    I32EnumCase<"Text", 4, "text">]> {
  let cppNamespace = "::gradus::train";
}

def Train_EntryAttr : EnumAttr<Train_Dialect, Train_Entry, "entry"> {
  let assemblyFormat = "`<` $value `>`";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class Train_Attr<string name, string attrMnemonic, list<Trait> traits = []> : AttrDef<Train_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
  let genVerifyDecl = 1;
}

/// An f64, printed with as many digits as it needs to be read back unchanged.
class Train_F64Parameter<string desc, string default = ""> : APFloatParameter<desc> {
  let parser = "parseF64($_parser)";
  let printer = "$_printer.printFloat($_self)";
  let defaultValue = !if(!empty(default), "", "::llvm::APFloat(" # default # ")");
}

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

class Train_InitAttr<string name, string attrMnemonic> : Train_Attr<name # "Init", attrMnemonic> {
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_ConstantInitAttr : Train_InitAttr<"Constant", "constant_init"> {
  let summary = "the same number in every element";
  let description = "C1: `value` is finite.";
  let parameters = (ins Train_F64Parameter<"the number">:$value);
}

def Train_UniformInitAttr : Train_InitAttr<"Uniform", "uniform_init"> {
  let summary = "numbers drawn evenly from a range";
  let description = "C1: both ends are finite. C2: `low` <= `high`.";
  let parameters = (ins Train_F64Parameter<"the low end, included">:$low,
      Train_F64Parameter<"the high end, excluded">:$high);
}

def Train_NormalInitAttr : Train_InitAttr<"Normal", "normal_init"> {
  let summary = "normally distributed numbers";
  let description = "C1: both are finite. C2: `stddev` is not negative.";
  let parameters = (ins Train_F64Parameter<"the mean">:$mean, Train_F64Parameter<"the standard deviation">:$stddev);
}

/// How a parameter starts.
def Train_AnyInitAttr : AnyAttrOf<[Train_ConstantInitAttr, Train_UniformInitAttr, Train_NormalInitAttr],
                                  "a #train.constant_init, #train.uniform_init or #train.normal_init">;

//===----------------------------------------------------------------------===//
// Recipes
//===----------------------------------------------------------------------===//

def Train_DataPartAttr : Train_Attr<"DataPart", "data_part"> {
  let summary = "the part of a data source that feeds one input of the model";
  let description = [{
    C1: `input` and `path` are not empty. C2: the path is relative and does not
    leave the data folder. C3: 0 <= `first` <= `last`. C4: `shift` is 0 or 1.
    C5: `scale` is finite and not 0.
  }];
  let parameters = (ins StringRefParameter<"name of the input">:$input,
      StringRefParameter<"path of the file, relative to the data folder">:$path,
      Train_F64Parameter<"factor for every value", "1.0">:$scale,
      DefaultValuedParameter<"int64_t", "0", "csv: the first column, counted from 0">:$first,
      DefaultValuedParameter<"int64_t", "0", "csv: the last column, included">:$last,
      DefaultValuedParameter<"int64_t", "0", "text: 0 for a window of the file, 1 for the bytes after it">:$shift);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_DataPartsAttr : ArrayOfAttr<Train_Dialect, "DataParts", "data_parts", "DataPartAttr">;

def Train_DataSourceAttr : Train_Attr<"DataSource", "data_source"> {
  let summary = "files of one format, from which samples are read";
  let description = [{
    C1: there is at least one part, and no input is fed twice. C2: only a csv
    source has a header, a delimiter other than a comma, or parts with columns.
    C3: only parts of a text source have a shift. C4: the delimiter is one
    character.
    ```mlir
    #train.data_source<kind = csv, header = true, parts = [<input = "x", path = "a.csv", last = 12>]>
    ```
  }];
  let parameters = (ins EnumParameter<Train_DataKind>:$kind,
      DefaultValuedParameter<"bool", "false", "csv: the first line holds names">:$header,
      StringRefParameter<"csv: what separates the columns", [{","}]>:$delimiter,
      "DataPartsAttr":$parts);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_DatasetAttr : Train_Attr<"Dataset", "dataset"> {
  let summary = "where samples come from, and in which order";
  let description = "Shuffled anew in each epoch, as a function of seed and epoch, or in the order of the files.";
  let parameters = (ins DefaultValuedParameter<"bool", "false">:$shuffle, "DataSourceAttr":$source);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 0;
}

def Train_CheckpointAttr : Train_Attr<"Checkpoint", "checkpoint"> {
  let summary = "where and how often a training run is saved";
  let description = "C1: `every_steps` >= 0. C2: `keep` >= 1.";
  let parameters = (ins StringRefParameter<"folder; empty: none", [{""}]>:$dir,
      DefaultValuedParameter<"int64_t", "0", "steps between two checkpoints; 0: only one, at the end">:$every_steps,
      AttrOrTypeParameter<"int64_t", "how many of the newest checkpoints stay">:$keep);
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_RecipeAttr : Train_Attr<"Recipe", "recipe"> {
  let summary = "the data and the settings of the training loop, for the runtime";
  let description = [{
    What changes the parameters (loss, optimizer, schedule) is not in it: that is
    code, in the entry point `train`. C1: `epochs` >= 1.
    ```mlir
    module attributes {train.recipe = #train.recipe<epochs = 5, seed = 7,
        data = <shuffle = true, source = <kind = npy, parts = [<input = "x", path = "x.npy">]>>>} { … }
    ```
  }];
  let parameters = (ins AttrOrTypeParameter<"int64_t", "passes over the data">:$epochs,
      DefaultValuedParameter<"uint64_t", "0", "of initial values, dropout and the order of samples">:$seed,
      OptionalParameter<"CheckpointAttr">:$checkpoint,
      OptionalParameter<"DatasetAttr", "what is learned from">:$data,
      OptionalParameter<"DatasetAttr", "what metrics are computed on">:$validation);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

/// The learning rate after the warm-up, as a function of the step t; t0 is the
/// step at which the warm-up ends. A schedule is a record here and two functions
/// in compiler/Transforms/Schedules.cpp.
class Train_ScheduleAttr<string name, string attrMnemonic> : Train_Attr<name # "Schedule", attrMnemonic> {
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_ConstantScheduleAttr : Train_ScheduleAttr<"Constant", "constant"> {
  let summary = "the same learning rate in every step";
  let description = "C1: `rate` is finite and not negative.";
  let parameters = (ins Train_F64Parameter<"the learning rate">:$rate);
}

def Train_StepScheduleAttr : Train_ScheduleAttr<"Step", "step"> {
  let summary = "a learning rate multiplied by a factor every so many steps";
  let description = [{
    initial * factor ^ floor(t / every).
    C1: `initial` is finite and not negative. C2: `factor` is positive and finite.
    C3: `every` >= 1.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate of the first steps">:$initial,
      Train_F64Parameter<"what it is multiplied by">:$factor,
      AttrOrTypeParameter<"int64_t", "steps between two changes">:$every);
}

def Train_CosineScheduleAttr : Train_ScheduleAttr<"Cosine", "cosine"> {
  let summary = "a learning rate that falls along half a cosine wave";
  let description = [{
    final + (initial - final) * (1 + cos(pi * x)) / 2 with
    x = min(1, (t - t0) / max(1, steps - t0)).
    C1: `initial` is finite and not negative. C2: `final` is finite and not negative.
    C3: `steps` >= 0.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate at t0">:$initial,
      Train_F64Parameter<"the learning rate at the end", "0.0">:$final,
      DefaultValuedParameter<"int64_t", "0", "length, warm-up included; 0: that of the run">:$steps);
}

def Train_PolynomialScheduleAttr : Train_ScheduleAttr<"Polynomial", "polynomial"> {
  let summary = "a learning rate that falls as a power of the time left";
  let description = [{
    final + (initial - final) * (1 - x)^power with x = min(1, (t - t0) / max(1, steps - t0)).
    C1: `initial` is finite and not negative. C2: `final` is finite and not negative.
    C3: `power` is finite and positive. C4: `steps` >= 0.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate at t0">:$initial,
      Train_F64Parameter<"the learning rate at the end", "0.0">:$final,
      Train_F64Parameter<"1 is a straight line", "1.0">:$power,
      DefaultValuedParameter<"int64_t", "0", "length, warm-up included; 0: that of the run">:$steps);
}

def Train_ExponentialScheduleAttr : Train_ScheduleAttr<"Exponential", "exponential"> {
  let summary = "a learning rate multiplied by a factor over so many steps, without stairs";
  let description = [{
    initial * factor ^ (t / every).
    C1: `initial` is finite and not negative. C2: `factor` is positive and finite.
    C3: `every` >= 1.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate at step 0">:$initial,
      Train_F64Parameter<"what it is multiplied by">:$factor,
      AttrOrTypeParameter<"int64_t", "steps of one factor">:$every);
}

def Train_OneCycleScheduleAttr : Train_ScheduleAttr<"OneCycle", "one_cycle"> {
  let summary = "a learning rate that rises and falls along half cosine waves";
  let description = [{
    From peak / divisor to peak in the first rise * (steps - t0) - 1 steps, then to peak / divisor / finalDivisor in
    the rest (Smith and Topin, arXiv:1708.07120; the steps are those of PyTorch).
    C1: `peak` is finite and not negative. C2: `divisor` and `finalDivisor` are finite and positive.
    C3: 0 <= `rise` <= 1. C4: `steps` >= 0.
  }];
  let parameters = (ins Train_F64Parameter<"the largest learning rate">:$peak,
      Train_F64Parameter<"the peak over the first rate", "25.0">:$divisor,
      Train_F64Parameter<"the first rate over the last", "10000.0">:$finalDivisor,
      Train_F64Parameter<"share of the steps before the peak", "0.3">:$rise,
      DefaultValuedParameter<"int64_t", "0", "length, warm-up included; 0: that of the run">:$steps);
}

def Train_CosineRestartsScheduleAttr : Train_ScheduleAttr<"CosineRestarts", "cosine_restarts"> {
  let summary = "a learning rate that falls along half a cosine wave, again and again";
  let description = [{
    final + (initial - final) * (1 + cos(pi * x)) / 2, x from 0 to 1 in `first` steps after t0, then in `first` times
    `factor` steps, and so on (Loshchilov and Hutter, arXiv:1608.03983).
    C1: `initial` is finite and not negative. C2: `final` is finite and not negative.
    C3: `first` >= 1. C4: `factor` is finite and at least 1.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate after each restart">:$initial,
      Train_F64Parameter<"the learning rate before each restart", "0.0">:$final,
      AttrOrTypeParameter<"int64_t", "steps before the first restart">:$first,
      Train_F64Parameter<"how much longer each time is than the one before", "1.0">:$factor);
}

def Train_PiecewiseScheduleAttr : Train_ScheduleAttr<"Piecewise", "piecewise"> {
  let summary = "a learning rate with a table";
  let description = [{
    `initial`, and from step `steps[i]` on `rates[i]`.
    C1: `initial` and all `rates` are finite and not negative. C2: `steps` is strictly increasing from 1 on, and has
    as many entries as `rates`, one at least.
  }];
  let parameters = (ins Train_F64Parameter<"the learning rate at step 0">:$initial,
      AttrOrTypeParameter<"::mlir::DenseI64ArrayAttr", "where it changes">:$steps,
      AttrOrTypeParameter<"::mlir::DenseF64ArrayAttr", "to what">:$rates);
}

#endif
