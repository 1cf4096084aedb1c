//===- options.c - The options of a compiled program ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/options.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void gradus_print_options(FILE *out) {
  fputs("options\n"
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
        "  --quiet                no progress\n",
        out);
}

int gradus_usage_error(const char *program, const char *message, const char *what) {
  fprintf(stderr, "error: %s%s%s\ntry: %s --help\n", message, what ? " " : "", what ? what : "", program);
  return 2;
}

const char *gradus_binding(const gradus_bindings_t *bindings, const char *name) {
  size_t length = strlen(name);
  for (int i = 0; i < bindings->count; ++i)
    if (!strncmp(bindings->texts[i], name, length) && bindings->texts[i][length] == '=')
      return bindings->texts[i] + length + 1;
  return NULL;
}

static bool parse_number(const char *text, int64_t low, int64_t high, int64_t *out) {
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (errno || end == text || *end || value < low || value > high)
    return false;
  *out = value;
  return true;
}

static bool parse_seed(const char *text, uint64_t *out) {
  char *end;
  *out = strtoull(text, &end, 10);
  return end != text && !*end && *text != '-';
}

/// Sets the flag called `name`; false if there is none.
static bool set_flag(gradus_options_t *o, const char *name) {
  const struct {
    const char *name;
    bool *out;
  } flags[] = {{"--json", &o->json},           {"--quiet", &o->quiet},     {"--no-shuffle", &o->no_shuffle},
               {"--trace-nan", &o->trace_nan}, {"--kernels", &o->kernels}, {"--resume", &o->resume}};
  for (size_t i = 0; i < sizeof flags / sizeof *flags; ++i)
    if (!strcmp(name, flags[i].name)) {
      *flags[i].out = true;
      return true;
    }
  return false;
}

/// Sets the text option called `name`; false if there is none.
static bool set_text(gradus_options_t *o, const char *name, const char *value) {
  const struct {
    const char *name;
    const char **out;
  } texts[] = {{"--data", &o->data},       {"--weights", &o->weights},
               {"--metrics", &o->metrics}, {"--weights-out", &o->weights_out},
               {"--plot", &o->plot},       {"--checkpoint-dir", &o->checkpoint_dir}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; ++i)
    if (!strcmp(name, texts[i].name)) {
      *texts[i].out = value;
      return true;
    }
  return false;
}

/// Sets the numeric option called `name`, if there is one. Returns what is wrong with
/// the value, or null.
static const char *set_number(gradus_options_t *o, const char *name, const char *value, bool *out_known) {
  const struct {
    const char *name;
    int64_t *out, low, high;
  } numbers[] = {
      {"--epochs", &o->epochs, 1, 1000000000}, {"--steps", &o->steps, 1, 1000000000000},
      {"--threads", &o->threads, 1, 256},      {"--checkpoint-every", &o->checkpoint_every, 1, 1000000000000},
      {"--keep", &o->keep, 1, 1000000},        {"--log-every", &o->log_every, 1, 1000000000}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; ++i)
    if (!strcmp(name, numbers[i].name)) {
      *out_known = true;
      if (value && !parse_number(value, numbers[i].low, numbers[i].high, numbers[i].out))
        return "a number is expected, and a sensible one, for";
    }
  if (strcmp(name, "--seed"))
    return NULL;
  *out_known = o->has_seed = true;
  return value && !parse_seed(value, &o->seed) ? "a number is expected for" : NULL;
}

/// Adds a NAME=VALUE option, if `name` is one. Returns what is wrong with the value, or
/// null.
static const char *add_binding(gradus_options_t *o, const char *name, const char *value, bool *out_known) {
  gradus_bindings_t *bindings = NULL;
  if (!strcmp(name, "--input"))
    bindings = &o->inputs;
  else if (!strcmp(name, "--output"))
    bindings = &o->outputs;
  if (!bindings)
    return NULL;
  *out_known = true;
  if (value && !strchr(value, '='))
    return "NAME=VALUE is expected for";
  if (bindings->count == GRADUS_MAX_BINDINGS)
    return "too many";
  bindings->texts[bindings->count++] = value;
  return NULL;
}

/// Sets an option that takes a value; a null value is missing. Returns what is wrong
/// with it, or null.
static const char *set_value(gradus_options_t *o, const char *name, const char *value) {
  bool known = set_text(o, name, value);
  const char *wrong = NULL;
  if (!known)
    wrong = set_number(o, name, value, &known);
  if (!known)
    wrong = add_binding(o, name, value, &known);
  if (!known)
    return "there is no option";
  return wrong || value ? wrong : "a value is missing for";
}

gradus_parsed_t gradus_parse_options(int argc, char **argv, gradus_options_t *out) {
  *out = (gradus_options_t){0};
  int64_t processors = sysconf(_SC_NPROCESSORS_ONLN);
  out->threads = processors < 1 ? 1 : processors > 256 ? 256 : processors;
  for (int i = 2; i < argc; ++i) {
    char name[64];
    const char *equals = strchr(argv[i], '='), *wrong = NULL;
    snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - argv[i]) : (int)strlen(argv[i]), argv[i]);
    if (!strcmp(name, "--help"))
      return GRADUS_PARSED_HELP;
    if (set_flag(out, name)) {
      if (equals && !strcmp(name, "--resume"))
        out->resume_path = equals + 1;
      else if (equals)
        wrong = "no value is taken by";
    } else if (equals) {
      wrong = set_value(out, name, equals + 1);
    } else {
      ++i;
      wrong = set_value(out, name, i < argc ? argv[i] : NULL);
    }
    if (wrong) {
      gradus_usage_error(argv[0], wrong, name);
      return GRADUS_PARSED_ERROR;
    }
  }
  return GRADUS_PARSED;
}
