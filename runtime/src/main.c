/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* main.c - The command line of a compiled program. */
#include "commands.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*command_t)(const gradus_model_t *, const gradus_options_t *);

static const struct {
  const char *name, *summary;
  command_t run;
} kCommands[] = {
    {"train", "learn from data by the recipe in the model", gradus_command_train},
    {"eval", "metrics on the recipe's validation data", gradus_command_eval},
    {"predict", "outputs for given inputs", gradus_command_predict},
    {"bench", "time per step, on data in memory", gradus_command_bench},
    {"info", "parameters, shapes, memory, build facts", gradus_command_info},
};

static void usage(FILE *out, const char *program) {
  fprintf(out, "usage: %s COMMAND [options]\n\n", program);
  for (size_t i = 0; i < sizeof kCommands / sizeof *kCommands; ++i)
    fprintf(out, "  %-8s %s\n", kCommands[i].name, kCommands[i].summary);
  fprintf(out, "\noptions\n"
               "  --data DIR             folder with the recipe's data files\n"
               "  --epochs N, --steps N  how long to train (the recipe's epochs)\n"
               "  --seed S               of initial values, order and dropout (the recipe's)\n"
               "  --threads T            1 to 256 (all processors)\n"
               "  --weights FILE         parameters to start from (safetensors)\n"
               "  --weights-out FILE     where to put the trained parameters\n"
               "  --checkpoint-dir DIR   save training state there\n"
               "  --checkpoint-every N   every N steps (and at the end)\n"
               "  --keep K               checkpoints to keep (3)\n"
               "  --resume[=PATH]        go on from the newest checkpoint, or from PATH\n"
               "  --metrics FILE         loss and learning rate as JSON lines\n"
               "  --log-every N          steps between these lines (1)\n"
               "  --plot FILE            the loss as an SVG picture\n"
               "  --no-shuffle           samples in file order\n"
               "  --trace-nan            name the kernel that first produced a NaN\n"
               "  --input NAME=@F.npy    an input for predict; or NAME=1,2,3\n"
               "  --output NAME=@F.npy   an output of predict as a file\n"
               "  --kernels              bench: time per kernel\n"
               "  --json                 results as one JSON object\n"
               "  --quiet                no progress\n");
}

static int usage_error(const char *program, const char *message, const char *what) {
  fprintf(stderr, "error: %s%s%s\ntry: %s --help\n", message, what ? " " : "", what ? what : "", program);
  return 2;
}

static bool parse_number(const char *text, int64_t low, int64_t high, int64_t *out) {
  char *end;
  errno = 0;
  long long v = strtoll(text, &end, 10);
  if (errno || end == text || *end || v < low || v > high)
    return false;
  *out = v;
  return true;
}

int gradus_main(const gradus_model_t *model, int argc, char **argv) {
  const char *program = argc ? argv[0] : "program";
  if (!model || model->magic != GRADUS_ABI_MAGIC || model->abi_version != GRADUS_ABI_VERSION) {
    fprintf(stderr, "error: the model was compiled for another version of the runtime; compile it again\n");
    return 70;
  }
  if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
    usage(argc < 2 ? stderr : stdout, program);
    return argc < 2 ? 2 : 0;
  }
  command_t run = NULL;
  for (size_t i = 0; i < sizeof kCommands / sizeof *kCommands; ++i)
    if (!strcmp(argv[1], kCommands[i].name))
      run = kCommands[i].run;
  if (!run)
    return usage_error(program, "there is no command", argv[1]);

  gradus_options_t o = {0};
  int64_t threads = sysconf(_SC_NPROCESSORS_ONLN);
  threads = threads < 1 ? 1 : threads > 256 ? 256 : threads;
  const struct {
    const char *name;
    const char **out;
  } texts[] = {{"--data", &o.data},
               {"--weights", &o.weights},
               {"--weights-out", &o.weights_out},
               {"--checkpoint-dir", &o.checkpoint_dir},
               {"--metrics", &o.metrics},
               {"--plot", &o.plot}};
  const struct {
    const char *name;
    int64_t *out, low, high;
  } numbers[] = {{"--epochs", &o.epochs, 1, 1000000000}, {"--steps", &o.steps, 1, 1000000000000},
                 {"--threads", &threads, 1, 256},        {"--checkpoint-every", &o.checkpoint_every, 1, 1000000000000},
                 {"--keep", &o.keep, 1, 1000000},        {"--log-every", &o.log_every, 1, 1000000000}};
  const struct {
    const char *name;
    bool *out;
  } flags[] = {{"--json", &o.json},           {"--quiet", &o.quiet},     {"--no-shuffle", &o.no_shuffle},
               {"--trace-nan", &o.trace_nan}, {"--kernels", &o.kernels}, {"--resume", &o.do_resume}};

  for (int i = 2; i < argc; ++i) {
    char name[64];
    const char *equals = strchr(argv[i], '='), *value = NULL;
    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - argv[i]) : (int)strlen(argv[i]), argv[i]);
    bool known = false;
    if (!strcmp(name, "--help")) {
      usage(stdout, program);
      return 0;
    }
    for (size_t k = 0; k < sizeof flags / sizeof *flags; ++k)
      if (!strcmp(name, flags[k].name)) {
        known = *flags[k].out = true;
        if (equals && !strcmp(name, "--resume"))
          o.resume = equals + 1;
        else if (equals)
          return usage_error(program, "no value is taken by", name);
      }
    if (known)
      continue;
    value = equals ? equals + 1 : i + 1 < argc ? argv[++i] : NULL;
    for (size_t k = 0; k < sizeof texts / sizeof *texts; ++k)
      if (!strcmp(name, texts[k].name)) {
        known = true;
        *texts[k].out = value;
      }
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; ++k)
      if (!strcmp(name, numbers[k].name)) {
        known = true;
        if (value && !parse_number(value, numbers[k].low, numbers[k].high, numbers[k].out))
          return usage_error(program, "a number is expected, and a sensible one, for", name);
      }
    if (!strcmp(name, "--seed")) {
      char *end = NULL;
      known = true;
      o.seed = value ? strtoull(value, &end, 10) : 0;
      o.has_seed = true;
      if (value && (end == value || *end || *value == '-'))
        return usage_error(program, "a number is expected for", name);
    }
    if (!strcmp(name, "--input") || !strcmp(name, "--output")) {
      bool in = name[2] == 'i';
      known = true;
      if (value && !strchr(value, '='))
        return usage_error(program, "NAME=VALUE is expected for", name);
      if ((in ? o.input_count : o.output_count) == 64)
        return usage_error(program, "too many", name);
      if (in)
        o.inputs[o.input_count++] = value;
      else
        o.outputs[o.output_count++] = value;
    }
    if (!known)
      return usage_error(program, "there is no option", name);
    if (!value)
      return usage_error(program, "a value is missing for", name);
  }
  o.threads = (int)threads;
  gradus_flush_denormals(); /* once here, not in every step */
  int rc = run(model, &o);
  if (fflush(stdout) || ferror(stdout)) {
    fprintf(stderr, "error: cannot write to standard output\n");
    return 1;
  }
  return rc;
}
