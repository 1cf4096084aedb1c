//===- train.c - Training by the recipe in the model ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/json.h"
#include "base/memory.h"
#include "base/writer.h"
#include "commands/checkpoint.h"
#include "commands/commands.h"
#include "commands/evaluate.h"
#include "commands/feeder.h"
#include "commands/plot.h"
#include "commands/report.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Ctrl-C has been pressed: the one thing that a signal can reach.
static volatile sig_atomic_t g_interrupted;

static void on_interrupt(int signal) {
  (void)signal;
  if (g_interrupted)
    _exit(130); // the second time: at once
  g_interrupted = 1;
}

/// A training run: what it works on, how far it is, and where its losses go.
typedef struct {
  const gradus_model_t *model;
  const gradus_entry_t *entry; ///< train
  gradus_options_t options;    ///< with the recipe's defaults
  gradus_data_t data;
  gradus_session_t *session;
  FILE *metrics;                       ///< or null
  float *losses;                       ///< all, for a plot; or null
  uint64_t loss_count;                 ///< of them
  double last_loss;                    ///< NaN before the first step
  uint64_t total, per_epoch, reported; ///< steps
  gradus_progress_t progress;
} run_t;

//===----------------------------------------------------------------------===//
// Before: options, files, memory
//===----------------------------------------------------------------------===//

static void set_defaults(gradus_options_t *o, const gradus_recipe_t *recipe) {
  if (!o->checkpoint_dir)
    o->checkpoint_dir = recipe->checkpoint_dir;
  if (!o->checkpoint_every)
    o->checkpoint_every = recipe->checkpoint_every;
  if (!o->keep)
    o->keep = recipe->checkpoint_keep;
  if (!o->log_every)
    o->log_every = 1;
}

/// Sets how many steps there are, the session's counter included.
static int plan_steps(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  uint64_t samples = run->data.samples, epochs = (uint64_t)(o->epochs ? o->epochs : run->model->recipe.epochs);
  run->per_epoch = samples / (uint64_t)run->entry->batch;
  if (!run->per_epoch)
    return gradus_fail(error,
                       "%" PRIu64 " samples are less than one batch of %" PRId64 "; compile with --dim batch=%" PRIu64,
                       samples, run->entry->batch, samples);
  if (!gradus_mul(run->per_epoch, epochs, &run->total))
    return gradus_fail(error, "%" PRIu64 " epochs are too many", epochs);
  if (o->steps)
    run->total = (uint64_t)o->steps;
  run->session->counters[1] = (int64_t)run->total;
  return 0;
}

static int resume(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  const char *path = o->resume_path ? o->resume_path : o->checkpoint_dir;
  bool loaded;
  if (!*path)
    return gradus_fail(error, "--resume needs a checkpoint, or --checkpoint-dir to look for one");
  if (gradus_checkpoint_load(run->session, path, &loaded, error))
    return -1;
  uint64_t seed = (uint64_t)run->session->counters[2];
  if (loaded && o->has_seed && seed != o->seed)
    return gradus_fail(error,
                       "--seed %" PRIu64 ": the checkpoint is of a run with seed %" PRIu64 ", which goes on with it",
                       o->seed, seed);
  if (loaded && !o->quiet)
    fprintf(stderr, "resuming from step %" PRId64 "\n", run->session->counters[0]);
  return 0;
}

/// Makes the folder of checkpoints, and loads the state to go on from.
static int prepare_checkpoints(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  if (*o->checkpoint_dir && gradus_make_folder(o->checkpoint_dir, error))
    return -1;
  if (o->resume)
    return resume(run, error);
  // Another run's checkpoints are not this run's to prune.
  int found = *o->checkpoint_dir ? gradus_checkpoint_count(o->checkpoint_dir) : 0;
  if (found)
    return gradus_fail(error, "%s: holds %d checkpoints of another run; go on with --resume, or name another folder",
                       o->checkpoint_dir, found);
  return 0;
}

/// What cannot be written is better known before training than after it.
static int prepare_outputs(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  struct stat status;
  if (o->weights_out && (stat(o->weights_out, &status) || S_ISREG(status.st_mode))) {
    gradus_writer_t probe;
    if (gradus_writer_open(o->weights_out, &probe, error))
      return -1;
    gradus_writer_abandon(&probe);
  }
  if (!o->metrics)
    return 0;
  run->metrics = fopen(o->metrics, o->resume ? "a" : "w");
  return run->metrics ? 0 : gradus_fail(error, "cannot write %s: %s", o->metrics, strerror(errno));
}

static int prepare(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  const gradus_recipe_t *recipe = &run->model->recipe;
  if (!run->entry)
    return gradus_fail(error, "the model has no recipe: add a train block to it and compile again");
  if (!o->data)
    return gradus_fail(error, "--data DIR is missing: the folder with the recipe's data files");
  if (gradus_data_open(&recipe->data, run->entry, o->data, &run->data, error) ||
      gradus_session_create(run->model, (int)o->threads, o->has_seed ? o->seed : recipe->seed, &run->session, error))
    return -1;
  if (o->weights && gradus_session_load_weights(run->session, o->weights, error))
    return -1;
  if (prepare_checkpoints(run, error) || prepare_outputs(run, error))
    return -1;
  if (o->trace_nan && run->model->ptx)
    return gradus_fail(error,
                       "--trace-nan looks at results in the CPU's memory; compile the model without --target=cuda");
  run->session->trace.find_nan = o->trace_nan;
  return plan_steps(run, error);
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

static int nan_error(const run_t *run, double loss, int64_t step, gradus_error_t *error) {
  const gradus_trace_t *trace = &run->session->trace;
  if (!trace->find_nan)
    return gradus_fail(error,
                       "the loss is %f at step %" PRId64 "; a smaller learning rate or clip_norm may help, %s "
                       "names the kernel it comes from. Checkpoints are as they were",
                       loss, step, run->model->ptx ? "--trace-nan of the model compiled for a CPU" : "--trace-nan");
  const gradus_kernel_t *kernel = trace->nan_launch ? trace->nan_launch->kernel : NULL;
  return gradus_fail(error,
                     "%s%sthe loss is %f at step %" PRId64 "; the first kernel with a result that is not finite is "
                     "'%s'",
                     kernel ? kernel->location : "", kernel ? ": " : "", loss, step, kernel ? kernel->name : "none");
}

/// Writes a line of metrics about step `number`, counted from 1.
static int write_metrics(run_t *run, uint64_t number, double loss, double rate, gradus_error_t *error) {
  FILE *out = run->metrics;
  fprintf(out, "{\"step\": %" PRIu64 ", \"epoch\": %" PRIu64 ", \"loss\": ", number, (number - 1) / run->per_epoch + 1);
  gradus_json_number(out, loss, run->entry->outputs[0].dtype == GRADUS_F32);
  fputs(", \"lr\": ", out);
  gradus_json_number(out, rate, false);
  fputs("}\n", out);
  if (fflush(out) || ferror(out))
    return gradus_fail(error, "cannot write %s: %s", run->options.metrics, strerror(errno));
  return 0;
}

/// Reports the steps that have not been, up to the first `step` ones.
static int report_until(run_t *run, uint64_t step, gradus_error_t *error) {
  gradus_session_t *s = run->session;
  for (; run->reported < step; ++run->reported) {
    uint64_t number = run->reported + 1;
    int age = (int)((uint64_t)s->counters[0] - number);
    double loss = gradus_session_number(s, GRADUS_ENTRY_TRAIN, 0, age, 0);
    double rate = run->metrics ? gradus_session_number(s, GRADUS_ENTRY_TRAIN, 1, age, 0) : 0;
    if (gradus_session_check(s, error))
      return -1;
    if (!isfinite(loss))
      return nan_error(run, loss, (int64_t)number, error);
    run->last_loss = loss;
    if (run->losses)
      run->losses[run->loss_count++] = (float)loss;
    bool logged = number % (uint64_t)run->options.log_every == 0 || number == run->total;
    if (run->metrics && logged && write_metrics(run, number, loss, rate, error))
      return -1;
    gradus_progress_step(&run->progress, number, run->total, run->per_epoch, run->entry->batch, loss);
  }
  return 0;
}

/// Runs the steps that `feeder` feeds, from `first` on.
static int run_steps(run_t *run, gradus_feeder_t *feeder, uint64_t first, gradus_error_t *error) {
  gradus_session_t *s = run->session;
  const gradus_options_t *o = &run->options;
  uint64_t lag = (uint64_t)gradus_session_lag(s), done = first;
  while (done < run->total && !g_interrupted) {
    void **inputs = gradus_feeder_next(feeder, done);
    s->trace.nan_launch = NULL;
    if (gradus_session_run(s, GRADUS_ENTRY_TRAIN, inputs, error))
      return -1;
    gradus_feeder_release(feeder);
    done = (uint64_t)s->counters[0];
    bool save = *o->checkpoint_dir && o->checkpoint_every && done % (uint64_t)o->checkpoint_every == 0;
    // What is saved has been found finite.
    if ((done - first > lag || save) && report_until(run, save ? done : done - lag, error))
      return -1;
    if (save && gradus_checkpoint_save(s, o->checkpoint_dir, o->keep, error))
      return -1;
  }
  return report_until(run, done, error);
}

static int train(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  uint64_t first = (uint64_t)run->session->counters[0];
  if (first >= run->total) {
    fprintf(stderr, "nothing to do: step %" PRIu64 " of %" PRIu64 " is reached\n", first, run->total);
    return 0;
  }
  if (o->plot) {
    run->losses = malloc((run->total - first) * sizeof *run->losses);
    if (!run->losses)
      return gradus_fail(error, "out of memory for a plot of %" PRIu64 " steps", run->total - first);
  }
  gradus_feed_t feed = {.data = &run->data,
                        .entry = run->entry,
                        .pool = run->session->pool,
                        .seed = (uint64_t)run->session->counters[2],
                        .shuffle = run->model->recipe.data.shuffle && !o->no_shuffle,
                        .per_epoch = run->per_epoch,
                        .first = first,
                        .end = run->total};
  gradus_feeder_t *feeder;
  if (gradus_feeder_start(&feed, &feeder, error))
    return -1;
  run->reported = first;
  gradus_progress_begin(&run->progress, first, o->quiet);
  int rc = run_steps(run, feeder, first, error);
  gradus_progress_end(&run->progress);
  gradus_feeder_stop(feeder);
  return rc;
}

//===----------------------------------------------------------------------===//
// After: files, and what people see
//===----------------------------------------------------------------------===//

static int write_results(run_t *run, gradus_error_t *error) {
  const gradus_options_t *o = &run->options;
  if (*o->checkpoint_dir && isfinite(run->last_loss) &&
      gradus_checkpoint_save(run->session, o->checkpoint_dir, o->keep, error))
    return -1;
  if (o->weights_out && gradus_session_save_weights(run->session, o->weights_out, 0, error))
    return -1;
  if (o->plot && run->loss_count)
    return gradus_plot_svg(o->plot, run->model->name, run->losses, run->loss_count, error);
  return 0;
}

/// Prints the metrics on the validation data, or why there are none: training has succeeded
/// without them.
static void print_validation(run_t *run) {
  const gradus_entry_t *eval = run->model->entries[GRADUS_ENTRY_EVAL];
  const gradus_dataset_t *dataset = &run->model->recipe.validation;
  if (!eval || eval->output_count > GRADUS_MAX_METRICS || dataset->kind == GRADUS_DATA_NONE)
    return;
  gradus_data_t data = {0};
  gradus_metrics_t metrics;
  gradus_error_t error;
  int rc = gradus_data_open(dataset, eval, run->options.data, &data, &error);
  if (!rc)
    rc = gradus_evaluate(run->session, &data, &metrics, &error);
  fputs("validation:", stderr);
  if (rc)
    fprintf(stderr, " left out: %s", error.text);
  else
    for (uint64_t i = 0; i < metrics.count; ++i)
      fprintf(stderr, " %s %.4f", metrics.names[i], metrics.values[i]);
  fputc('\n', stderr);
  gradus_data_close(&data);
}

static void print_results(run_t *run) {
  const gradus_options_t *o = &run->options;
  int64_t step = run->session->counters[0];
  if (!g_interrupted && !o->quiet)
    print_validation(run);
  if (o->json) {
    printf("{\"steps\": %" PRId64 ", \"loss\": ", step);
    gradus_json_number(stdout, run->last_loss, true);
    puts("}");
  }
  if (g_interrupted && !o->quiet)
    fprintf(stderr, "interrupted after step %" PRId64 "%s\n", step,
            *o->checkpoint_dir ? "; checkpoint saved, continue with --resume"
                               : "; without --checkpoint-dir nothing to resume from");
}

static int train_and_report(run_t *run, gradus_error_t *error) {
  if (prepare(run, error))
    return -1;
  struct sigaction action = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  if (train(run, error) || write_results(run, error))
    return -1;
  print_results(run);
  return 0;
}

int gradus_command_train(const gradus_model_t *model, const gradus_options_t *options) {
  gradus_error_t error;
  run_t run = {.model = model, .entry = model->entries[GRADUS_ENTRY_TRAIN], .options = *options, .last_loss = NAN};
  set_defaults(&run.options, &model->recipe);
  int rc = train_and_report(&run, &error);
  if (run.metrics && fclose(run.metrics) && !rc)
    rc = gradus_fail(&error, "cannot write %s: %s", run.options.metrics, strerror(errno));
  free(run.losses);
  gradus_data_close(&run.data);
  gradus_session_destroy(run.session);
  if (rc)
    return gradus_report_error(&error);
  return g_interrupted ? 130 : 0;
}
