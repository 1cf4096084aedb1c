//===- eval.c - Metrics on the validation data ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/json.h"
#include "commands/commands.h"
#include "commands/evaluate.h"
#include "commands/report.h"

/// Fails unless the model and the options are enough for an evaluation.
static int check(const gradus_model_t *model, const gradus_options_t *o, gradus_error_t *error) {
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_EVAL];
  if (!entry || entry->output_count > GRADUS_MAX_METRICS)
    return gradus_fail(error, "the model has no recipe: add a train block to it and compile again");
  if (!o->data)
    return gradus_fail(error, "--data DIR is missing: the folder with the recipe's validation files");
  if (!o->weights)
    return gradus_fail(error, "--weights FILE is missing: what training wrote by --weights-out");
  return 0;
}

static void print_text(const gradus_metrics_t *metrics) {
  for (uint64_t i = 0; i < metrics->count; ++i)
    printf("%s %.6g\n", metrics->names[i], metrics->values[i]);
}

static void print_json(const gradus_metrics_t *metrics) {
  putchar('{');
  for (uint64_t i = 0; i < metrics->count; ++i) {
    if (i)
      fputs(", ", stdout);
    gradus_json_string(stdout, metrics->names[i]);
    fputs(": ", stdout);
    gradus_json_number(stdout, metrics->values[i], true);
  }
  puts("}");
}

int gradus_command_eval(const gradus_model_t *model, const gradus_options_t *o) {
  gradus_error_t error;
  gradus_session_t *s = NULL;
  gradus_data_t data = {0};
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_EVAL];
  gradus_metrics_t metrics;
  int rc = check(model, o, &error);
  if (!rc)
    rc = gradus_session_create(model, (int)o->threads, model->recipe.seed, &s, &error);
  if (!rc)
    rc = gradus_session_load_weights(s, o->weights, &error);
  if (!rc)
    rc = gradus_data_open(&model->recipe.validation, entry, o->data, &data, &error);
  if (!rc)
    rc = gradus_evaluate(s, &data, &metrics, &error);
  if (!rc && o->json)
    print_json(&metrics);
  else if (!rc)
    print_text(&metrics);
  gradus_data_close(&data);
  gradus_session_destroy(s);
  return rc ? gradus_report_error(&error) : 0;
}
