//===- main.c - The command line of a compiled program --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/model.h"
#include "commands/commands.h"
#include "devices/host/threads.h"
#include <string.h>

typedef struct {
  const char *name, *summary;
  int (*run)(const gradus_model_t *model, const gradus_options_t *options);
} command_t;

static const command_t kCommands[] = {
    {"train", "learn from data by the recipe in the model", gradus_command_train},
    {"eval", "metrics on the recipe's validation data", gradus_command_eval},
    {"predict", "outputs for given inputs", gradus_command_predict},
    {"bench", "time per step, on data in memory", gradus_command_bench},
    {"info", "parameters, shapes, memory, build facts", gradus_command_info},
};
enum { kCommandCount = sizeof kCommands / sizeof *kCommands };

static void print_usage(FILE *out, const char *program) {
  fprintf(out, "usage: %s COMMAND [options]\n\n", program);
  for (size_t i = 0; i < kCommandCount; ++i)
    fprintf(out, "  %-8s %s\n", kCommands[i].name, kCommands[i].summary);
  fputc('\n', out);
  gradus_print_options(out);
}

static const command_t *find_command(const char *name) {
  for (size_t i = 0; i < kCommandCount; ++i)
    if (!strcmp(name, kCommands[i].name))
      return &kCommands[i];
  return NULL;
}

int gradus_main(const gradus_model_t *model, int argc, char **argv) {
  const char *program = argc ? argv[0] : "program";
  gradus_error_t error;
  if (gradus_model_check(model, &error)) {
    fprintf(stderr, "error: %s\n", error.text);
    return 70;
  }
  if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
    print_usage(argc < 2 ? stderr : stdout, program);
    return argc < 2 ? 2 : 0;
  }
  const command_t *command = find_command(argv[1]);
  if (!command)
    return gradus_usage_error(program, "there is no command", argv[1]);
  gradus_options_t options;
  switch (gradus_parse_options(argc, argv, &options)) {
  case GRADUS_PARSED_ERROR:
    return 2;
  case GRADUS_PARSED_HELP:
    print_usage(stdout, program);
    return 0;
  case GRADUS_PARSED:
    break;
  }
  if (gradus_model_flushes_denormals(model))
    gradus_flush_denormals(); // once here, not in every step
  int rc = command->run(model, &options);
  if (fflush(stdout) || ferror(stdout)) {
    fprintf(stderr, "error: cannot write to standard output\n");
    return 1;
  }
  return rc;
}
