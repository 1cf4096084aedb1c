/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*===- model_abi.h - The border between compiled models and the runtime ---===*
 *
 * What the compiler emits and the runtime reads: one table per model, found by
 * the exported symbol `gradus_model_query`. This header depends on nothing and
 * is the only one that both sides include. A change of layout or meaning
 * raises GRADUS_ABI_VERSION. test/runtime/twin_model.c is such a table
 * written by hand.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GRADUS_MODEL_ABI_H
#define GRADUS_MODEL_ABI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GRADUS_ABI_VERSION 3u
#define GRADUS_ABI_MAGIC 0x53554441524721u /* "!GRADUS" */

/** Element types. */
enum { GRADUS_F32 = 0, GRADUS_F64 = 1, GRADUS_I32 = 2, GRADUS_I64 = 3 };

/** A block of memory that slots refer to. */
enum {
  GRADUS_SEGMENT_ARENA = 0,     /* temporaries and results of one entry point */
  GRADUS_SEGMENT_VARIABLES = 1, /* parameters and optimizer state */
  GRADUS_SEGMENT_COUNTERS = 2,  /* int64_t[3]: step, total_steps, seed */
  GRADUS_SEGMENT_INPUTS = 3     /* offset is the index of the input */
};

/** Where a value lies. */
typedef struct {
  uint64_t segment;
  uint64_t offset; /* bytes */
} gradus_slot_t;

/** Name, type and shape of a tensor. */
typedef struct {
  const char *name;
  const int64_t *shape;
  uint64_t rank;
  uint64_t dtype;
  uint64_t bytes;
} gradus_tensor_t;

/** How a parameter starts; see train.parameter. */
enum { GRADUS_INIT_CONSTANT = 0, GRADUS_INIT_UNIFORM = 1, GRADUS_INIT_NORMAL = 2 };
enum { GRADUS_VARIABLE_STATE = 1, GRADUS_VARIABLE_FROZEN = 2 };

/** A parameter, or (flag STATE) what an optimizer remembers about one. */
typedef struct {
  gradus_tensor_t tensor;
  uint64_t offset; /* in the variables segment */
  uint64_t init;
  double a, b;
  uint64_t flags;
} gradus_variable_t;

/** Computes units [begin, end) of a kernel. `args` are the addresses of its
 * operands, then of its results; `scratch` is private to the calling thread. */
typedef void (*gradus_kernel_fn_t)(void *const *args, int64_t begin, int64_t end, void *scratch);

typedef struct {
  const char *name;
  const char *location;        /* "file:line:col" of the layer, or "" */
  gradus_kernel_fn_t function; /* null in a program for a GPU */
  int64_t units;               /* on a GPU: blocks */
  uint64_t scratch_bytes;      /* per thread */
  uint64_t flops, bytes;       /* per launch; bytes of operands and results */
  const char *symbol;          /* GPU: its name in the PTX; else null */
  int64_t threads;             /* GPU: per block; else 0 */
  uint64_t shared_bytes;       /* GPU: dynamic shared memory to ask for, per block */
} gradus_kernel_t;

typedef struct {
  const gradus_kernel_t *kernel;
  const gradus_slot_t *args; /* operands, then results */
  uint64_t arg_count;
  uint64_t operand_count;
  uint64_t parallel;              /* not 0: worth sharing among threads */
  const uint64_t *float_elements; /* per result: its number of elements if it is f32, else 0 */
} gradus_launch_t;

enum { GRADUS_ENTRY_TRAIN = 0, GRADUS_ENTRY_EVAL = 1, GRADUS_ENTRY_PREDICT = 2, GRADUS_ENTRY_COUNT = 3 };

/** A straight program of launches. Inputs have the batch as first dimension;
 * results of `eval` have one value per sample ([batch]), the single result of
 * `train` is the loss, then the learning rate. */
typedef struct {
  int64_t batch;
  const gradus_tensor_t *inputs;
  uint64_t input_count;
  const gradus_tensor_t *outputs;
  const gradus_slot_t *output_slots;
  uint64_t output_count;
  const gradus_launch_t *launches;
  uint64_t launch_count;
  uint64_t arena_bytes;
} gradus_entry_t;

enum { GRADUS_DATA_NONE = 0, GRADUS_DATA_IDX = 1, GRADUS_DATA_NPY = 2, GRADUS_DATA_CSV = 3, GRADUS_DATA_TEXT = 4 };

/** One input's part of a dataset. */
typedef struct {
  const char *input;
  const char *path; /* relative to the data folder */
  double scale;
  int64_t first, last; /* csv: columns */
  int64_t shift;       /* text: 0 for the window, 1 for what follows it */
} gradus_data_part_t;

typedef struct {
  uint64_t kind;
  const gradus_data_part_t *parts;
  uint64_t part_count;
  uint64_t shuffle;
  uint64_t header;    /* csv */
  uint64_t delimiter; /* csv */
} gradus_dataset_t;

/** The recipe's defaults; the command line may change them. */
typedef struct {
  int64_t epochs;
  uint64_t seed;
  const char *checkpoint_dir; /* "" : none */
  int64_t checkpoint_every;
  int64_t checkpoint_keep;
  gradus_dataset_t data, validation;
} gradus_recipe_t;

/** Everything the runtime knows about a model. */
typedef struct {
  uint64_t magic;
  uint32_t abi_version;
  uint32_t struct_bytes; /* sizeof(gradus_model_t) */
  const char *name;
  const char *compiler;    /* version of the compiler */
  const char *target;      /* triple and CPU */
  const char *recipe_hash; /* hex; checkpoints of another hash do not resume */
  const gradus_variable_t *variables;
  uint64_t variable_count;
  uint64_t variables_bytes;
  const gradus_entry_t *entries[GRADUS_ENTRY_COUNT]; /* null where absent */
  gradus_recipe_t recipe;
  const char *ptx;   /* the kernels of a program for a GPU, as text; else null */
  const void *cubin; /* the same as machine code for `gpu`; or null */
  const char *gpu;   /* what they were compiled for, such as "sm_80", or null */
} gradus_model_t;

/** The table, or null if `abi_version` is not the one it was built for. */
const gradus_model_t *gradus_model_query(uint32_t abi_version);

#ifdef __cplusplus
}
static_assert(sizeof(gradus_slot_t) == 16, "part of the ABI");
static_assert(sizeof(gradus_tensor_t) == 40, "part of the ABI");
static_assert(sizeof(gradus_variable_t) == 80, "part of the ABI");
static_assert(sizeof(gradus_kernel_t) == 80, "part of the ABI");
static_assert(sizeof(gradus_launch_t) == 48, "part of the ABI");
static_assert(sizeof(gradus_entry_t) == 72, "part of the ABI");
static_assert(sizeof(gradus_data_part_t) == 48, "part of the ABI");
static_assert(sizeof(gradus_dataset_t) == 48, "part of the ABI");
static_assert(sizeof(gradus_recipe_t) == 136, "part of the ABI");
static_assert(sizeof(gradus_model_t) == 256, "part of the ABI");
#endif

#endif
