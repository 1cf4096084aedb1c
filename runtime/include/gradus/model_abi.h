//===- model_abi.h - The border between compiled models and the runtime ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the compiler emits and the runtime reads: one table per model, returned
// by the model's exported function `<model>_query`. This header depends on
// nothing and is the only one that both sides include. A change of layout or
// meaning raises GRADUS_ABI_VERSION. test/runtime/twin_model.c is such a table
// written by hand.
//
// Each struct is given as a list of its fields, X(type, name, text). The C
// structs below and the compiler's LLVM types and constants are both made from
// these lists. A table and everything that it points to is constant, belongs to
// the program or library that holds it, and lives as long as that is loaded.
// Texts are UTF-8 and end in a zero byte.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_MODEL_ABI_H
#define GRADUS_MODEL_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Version of everything in this header.
#define GRADUS_ABI_VERSION 5u
/// The first eight bytes of every table: "!GRADUS".
#define GRADUS_ABI_MAGIC 0x53554441524721u

/// Element types: X(suffix of the enumerator, number, C type, name in
/// safetensors files, name in .npy files, name in texts).
#define GRADUS_DTYPES(X)                                                                                               \
  X(F32, 0, float, "F32", "<f4", "f32")                                                                                \
  X(F64, 1, double, "F64", "<f8", "f64")                                                                               \
  X(I32, 2, int32_t, "I32", "<i4", "i32")                                                                              \
  X(I64, 3, int64_t, "I64", "<i8", "i64")

/// Entry points: X(suffix of the enumerator, index, name).
#define GRADUS_ENTRIES(X)                                                                                              \
  X(TRAIN, 0, "train")                                                                                                 \
  X(EVAL, 1, "eval")                                                                                                   \
  X(PREDICT, 2, "predict")

/// An element type: GRADUS_F32, GRADUS_F64, GRADUS_I32, GRADUS_I64.
enum {
#define GRADUS_ENUMERATOR(suffix, number, type, safetensors, npy, text) GRADUS_##suffix = number,
  GRADUS_DTYPES(GRADUS_ENUMERATOR)
#undef GRADUS_ENUMERATOR
};

/// An entry point: GRADUS_ENTRY_TRAIN, GRADUS_ENTRY_EVAL, GRADUS_ENTRY_PREDICT.
enum {
#define GRADUS_ENUMERATOR(suffix, index, text) GRADUS_ENTRY_##suffix = index,
  GRADUS_ENTRIES(GRADUS_ENUMERATOR)
#undef GRADUS_ENUMERATOR
};
/// What the name of an output of `eval` has behind that of the metric whose weights it holds.
#define GRADUS_WEIGHT_SUFFIX ".weight"

/// How many kinds of entry points there are.
enum { GRADUS_ENTRY_COUNT = 3 };

/// A block of memory that slots refer to.
enum {
  GRADUS_SEGMENT_ARENA = 0,     ///< temporaries and results of one entry point
  GRADUS_SEGMENT_VARIABLES = 1, ///< parameters and optimizer state
  GRADUS_SEGMENT_COUNTERS = 2,  ///< int64_t[3]: step, total_steps, seed
  GRADUS_SEGMENT_INPUTS = 3     ///< the caller's buffers; offset is the index of the input
};

/// How a parameter starts; see train.parameter.
enum { GRADUS_INIT_CONSTANT = 0, GRADUS_INIT_UNIFORM = 1, GRADUS_INIT_NORMAL = 2 };
/// Flags of a variable: optimizer state; not trained.
enum { GRADUS_VARIABLE_STATE = 1, GRADUS_VARIABLE_FROZEN = 2 };
/// How a dataset is stored.
enum { GRADUS_DATA_NONE = 0, GRADUS_DATA_IDX = 1, GRADUS_DATA_NPY = 2, GRADUS_DATA_CSV = 3, GRADUS_DATA_TEXT = 4 };

/// Computes work items [begin, end) of a kernel. `args` are the addresses of its
/// operands, then of its results; `scratch` is private to the calling thread.
typedef void (*gradus_kernel_fn_t)(void *const *args, int64_t begin, int64_t end, void *scratch);

// The fields: X(type, name, text).

/// Where a value is stored.
#define GRADUS_SLOT_FIELDS(X)                                                                                          \
  X(uint64_t, segment, "GRADUS_SEGMENT_*")                                                                             \
  X(uint64_t, offset, "in bytes from the start of the segment; for INPUTS the index of the input")

/// Name, type and shape of a tensor; rows first (row-major, dense).
#define GRADUS_TENSOR_FIELDS(X)                                                                                        \
  X(const char *, name, "of the parameter, input or output")                                                           \
  X(const int64_t *, shape, "`rank` sizes; null if there are none")                                                    \
  X(uint64_t, rank, "number of dimensions")                                                                            \
  X(uint64_t, dtype, "GRADUS_F32 and the like")                                                                        \
  X(uint64_t, bytes, "of all elements")                                                                                \
  X(int64_t, indices, "of an integer input that indexes: it takes 0 to this - 1; else 0")

/// A parameter, or (flag STATE) what an optimizer remembers about one.
#define GRADUS_VARIABLE_FIELDS(X)                                                                                      \
  X(gradus_tensor_t, tensor, "its name is the one in weight files")                                                    \
  X(uint64_t, offset, "in bytes, in the variables segment")                                                            \
  X(uint64_t, init, "GRADUS_INIT_*; state starts as zeros")                                                            \
  X(double, a, "constant: the value; uniform: the low end; normal: the mean")                                          \
  X(double, b, "uniform: the high end; normal: the standard deviation")                                                \
  X(uint64_t, flags, "GRADUS_VARIABLE_*")

/// A piece of generated code.
#define GRADUS_KERNEL_FIELDS(X)                                                                                        \
  X(const char *, name, "what profiles and errors call it")                                                            \
  X(const char *, location, "file:line:col of the layer, or empty")                                                    \
  X(gradus_kernel_fn_t, function, "null in a program for a GPU")                                                       \
  X(int64_t, units, "work items that may be split among threads; on a GPU: blocks")                                    \
  X(uint64_t, scratch_bytes, "of private memory per thread")                                                           \
  X(uint64_t, flops, "per launch")                                                                                     \
  X(uint64_t, bytes, "of operands and results, per launch")                                                            \
  X(const char *, symbol, "GPU: its name in the PTX; else null")                                                       \
  X(int64_t, threads, "GPU: per block; else 0")                                                                        \
  X(uint64_t, shared_bytes, "GPU: dynamic shared memory to ask for, per block")

/// One call of a kernel.
#define GRADUS_LAUNCH_FIELDS(X)                                                                                        \
  X(const gradus_kernel_t *, kernel, "what is called")                                                                 \
  X(const gradus_slot_t *, args, "`arg_count` slots: operands, then results")                                          \
  X(uint64_t, arg_count, "operands and results")                                                                       \
  X(uint64_t, operand_count, "operands only")                                                                          \
  X(uint64_t, parallel, "1 if large enough to run on several threads, else 0")                                         \
  X(const uint64_t *, float_elements, "per result: its number of elements if it is f32, else 0")

/// An entry point: launches that run in order, each once. Inputs have the batch as
/// first dimension. `eval` has outputs of one value per sample, [batch]; where samples do
/// not count alike, the sum of a sample's values, and behind it, named with
/// GRADUS_WEIGHT_SUFFIX, that of their weights. Those of
/// `train` are the loss, then the learning rate.
#define GRADUS_ENTRY_FIELDS(X)                                                                                         \
  X(int64_t, batch, "samples per run")                                                                                 \
  X(const gradus_tensor_t *, inputs, "`input_count` of them")                                                          \
  X(uint64_t, input_count, "number of inputs")                                                                         \
  X(const gradus_tensor_t *, outputs, "`output_count` of them")                                                        \
  X(const gradus_slot_t *, output_slots, "where each output is stored")                                                \
  X(uint64_t, output_count, "number of outputs")                                                                       \
  X(const gradus_launch_t *, launches, "`launch_count` of them, in order")                                             \
  X(uint64_t, launch_count, "number of launches")                                                                      \
  X(uint64_t, arena_bytes, "size of the arena segment")                                                                \
  X(const char *, mixes, "the layer whose results depend on several samples; null: each on its own only")

/// One input's part of a dataset.
#define GRADUS_DATA_PART_FIELDS(X)                                                                                     \
  X(const char *, input, "name of the input")                                                                          \
  X(const char *, path, "relative to the data folder")                                                                 \
  X(double, scale, "what values are multiplied by")                                                                    \
  X(int64_t, first, "csv: the first column")                                                                           \
  X(int64_t, last, "csv: the last column, included")                                                                   \
  X(int64_t, shift, "text: 0 for the window, 1 for what follows it")

/// The files that samples come from.
#define GRADUS_DATASET_FIELDS(X)                                                                                       \
  X(uint64_t, kind, "GRADUS_DATA_*; NONE: the recipe names no data")                                                   \
  X(const gradus_data_part_t *, parts, "`part_count` of them")                                                         \
  X(uint64_t, part_count, "number of parts")                                                                           \
  X(uint64_t, shuffle, "1 for a new order in every epoch, else 0")                                                     \
  X(uint64_t, header, "csv: 1 if the first line holds names, else 0")                                                  \
  X(uint64_t, delimiter, "csv: the character between columns")

/// The recipe's defaults; the command line may change them.
#define GRADUS_RECIPE_FIELDS(X)                                                                                        \
  X(int64_t, epochs, "passes over the data")                                                                           \
  X(uint64_t, seed, "of initial values, order and dropout")                                                            \
  X(const char *, checkpoint_dir, "empty: none")                                                                       \
  X(int64_t, checkpoint_every, "steps between checkpoints; 0: only at the end")                                        \
  X(int64_t, checkpoint_keep, "how many checkpoints to keep")                                                          \
  X(gradus_dataset_t, data, "to train on")                                                                             \
  X(gradus_dataset_t, validation, "for eval")

/// Everything the runtime knows about a model.
#define GRADUS_MODEL_FIELDS(X)                                                                                         \
  X(uint64_t, magic, "GRADUS_ABI_MAGIC")                                                                               \
  X(uint32_t, abi_version, "GRADUS_ABI_VERSION")                                                                       \
  X(uint32_t, struct_bytes, "sizeof(gradus_model_t)")                                                                  \
  X(const char *, name, "of the model")                                                                                \
  X(const char *, compiler, "name and version of the compiler")                                                        \
  X(const char *, target, "triple and CPU, or GPU")                                                                    \
  X(const char *, recipe_hash, "hexadecimal; a checkpoint of another hash does not resume")                            \
  X(const gradus_variable_t *, variables, "`variable_count` of them")                                                  \
  X(uint64_t, variable_count, "parameters and optimizer state")                                                        \
  X(uint64_t, variables_bytes, "size of the variables segment")                                                        \
  X(gradus_entries_t, entries, "by GRADUS_ENTRY_*; null where absent")                                                 \
  X(gradus_recipe_t, recipe, "how to train it")                                                                        \
  X(const char *, ptx, "the kernels of a program for a GPU, as text; else null")                                       \
  X(const void *, cubin, "the same as machine code for `gpu`; or null")                                                \
  X(const char *, gpu, "what they were compiled for, such as sm_80; or null")

// The structs, and what the lists promise about them: no padding, so that a
// field's offset is the sum of the sizes before it.

#ifdef __cplusplus
#define GRADUS_STATIC_ASSERT static_assert
#else
#define GRADUS_STATIC_ASSERT _Static_assert
#endif
#define GRADUS_FIELD(type, name, text) type name;
#define GRADUS_FIELD_BYTES(type, name, text) +sizeof(type)
#define GRADUS_STRUCT(noun, FIELDS, size)                                                                              \
  typedef struct gradus_##noun##_t {                                                                                   \
    FIELDS(GRADUS_FIELD)                                                                                               \
  } gradus_##noun##_t;                                                                                                 \
  GRADUS_STATIC_ASSERT(sizeof(gradus_##noun##_t) == (size), "the size is part of the ABI");                            \
  GRADUS_STATIC_ASSERT(sizeof(gradus_##noun##_t) == FIELDS(GRADUS_FIELD_BYTES), "offsets are part of the ABI")

GRADUS_STRUCT(slot, GRADUS_SLOT_FIELDS, 16);
GRADUS_STRUCT(tensor, GRADUS_TENSOR_FIELDS, 48);
GRADUS_STRUCT(variable, GRADUS_VARIABLE_FIELDS, 88);
GRADUS_STRUCT(kernel, GRADUS_KERNEL_FIELDS, 80);
GRADUS_STRUCT(launch, GRADUS_LAUNCH_FIELDS, 48);
GRADUS_STRUCT(entry, GRADUS_ENTRY_FIELDS, 80);
GRADUS_STRUCT(data_part, GRADUS_DATA_PART_FIELDS, 48);
GRADUS_STRUCT(dataset, GRADUS_DATASET_FIELDS, 48);
GRADUS_STRUCT(recipe, GRADUS_RECIPE_FIELDS, 136);
/// The tables of a model's entry points, by GRADUS_ENTRY_*; null where absent.
typedef const gradus_entry_t *gradus_entries_t[GRADUS_ENTRY_COUNT];
GRADUS_STRUCT(model, GRADUS_MODEL_FIELDS, 256);

#undef GRADUS_STRUCT
#undef GRADUS_FIELD_BYTES
#undef GRADUS_FIELD
#undef GRADUS_STATIC_ASSERT

/// The table of a model, or null if `abi_version` is not the one it was built for.
typedef const gradus_model_t *(*gradus_query_fn_t)(uint32_t abi_version);

/// Declares the query function of a compiled model: `name` is the model's name in
/// lower case, with `_` for whatever is neither letter nor digit, and `model_` in
/// front if it began with a digit. Usually done by the header that
/// `gradus compile --emit=header` writes.
#define GRADUS_DECLARE_MODEL(name) const gradus_model_t *name##_query(uint32_t abi_version)

/// The query function once more, in a program that has just one model: what main()
/// of a compiled program calls.
GRADUS_DECLARE_MODEL(gradus_model);

#ifdef __cplusplus
}
#endif

#endif
