/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* train.c - The training loop. */
#include "commands.h"
#include "data.h"
#include "report.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*===- Ctrl-C -----------------------------------------------------------===*/

static volatile sig_atomic_t g_interrupted; /* the one thing a signal can reach */

static void on_interrupt(int signal) {
  (void)signal;
  if (g_interrupted)
    _exit(130); /* the second time: at once */
  g_interrupted = 1;
}

/*===- Batches, one ahead -----------------------------------------------===*/

typedef struct {
  const gradus_data_t *data;
  const gradus_entry_t *entry;
  const gradus_pool_t *pool;
  uint64_t seed, per_epoch, step, end;
  bool shuffle;
  uint32_t *order;
  uint64_t order_epoch;
  void **buffers[2];
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  uint64_t ready, used; /* batches filled, batches given back */
  bool stop, started;
} feeder_t;

/* Fills the batch of |step|: the samples depend on seed, epoch and place only,
 * so that a resumed run sees what the uninterrupted one would have seen. */
static void fill_batch(feeder_t *f, uint64_t step, void **buffers) {
  uint64_t epoch = step / f->per_epoch, first = step % f->per_epoch * f->entry->batch;
  if (f->shuffle && f->order_epoch != epoch + 1) {
    gradus_shuffle(f->order, f->data->samples, f->seed, epoch);
    f->order_epoch = epoch + 1;
  }
  gradus_data_fill(f->data, f->entry, f->shuffle ? f->order + first : NULL, first, f->entry->batch, buffers);
}

static void *feeder_main(void *argument) {
  feeder_t *f = argument;
  gradus_pool_unbind(f->pool);
  for (uint64_t step = f->step; step < f->end; ++step) {
    pthread_mutex_lock(&f->mutex);
    while (!f->stop && f->ready - f->used == 2)
      pthread_cond_wait(&f->changed, &f->mutex);
    bool stop = f->stop;
    pthread_mutex_unlock(&f->mutex);
    if (stop)
      break;
    fill_batch(f, step, f->buffers[step % 2]);
    pthread_mutex_lock(&f->mutex);
    ++f->ready;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->mutex);
  }
  return NULL;
}

static void **feeder_next(feeder_t *f, uint64_t step) {
  pthread_mutex_lock(&f->mutex);
  while (f->ready == f->used)
    pthread_cond_wait(&f->changed, &f->mutex);
  pthread_mutex_unlock(&f->mutex);
  return f->buffers[step % 2];
}

static void feeder_release(feeder_t *f) {
  pthread_mutex_lock(&f->mutex);
  ++f->used;
  pthread_cond_signal(&f->changed);
  pthread_mutex_unlock(&f->mutex);
}

static void feeder_stop(feeder_t *f) {
  if (f->started) {
    pthread_mutex_lock(&f->mutex);
    f->stop = true;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->mutex);
    pthread_join(f->thread, NULL);
  }
  for (int i = 0; i < 2; ++i)
    gradus_free_inputs(f->entry, f->buffers[i]);
  free(f->order);
}

static int feeder_start(feeder_t *f, gradus_error_t *error) {
  pthread_mutex_init(&f->mutex, NULL);
  pthread_cond_init(&f->changed, NULL);
  if (gradus_alloc_inputs(f->entry, &f->buffers[0], error) || gradus_alloc_inputs(f->entry, &f->buffers[1], error))
    return -1;
  if (f->shuffle && !(f->order = malloc(f->data->samples * sizeof *f->order)))
    return gradus_fail(error, "out of memory");
  int rc = pthread_create(&f->thread, NULL, feeder_main, f);
  if (rc)
    return gradus_fail(error, "a thread for reading data could not be started: %s", strerror(rc));
  f->started = true;
  return 0;
}

/*===- Checkpoints ------------------------------------------------------===*/

typedef struct {
  int64_t step;
  char path[4096];
} found_t;

static int newest_first(const void *l, const void *r) {
  int64_t a = ((const found_t *)l)->step, b = ((const found_t *)r)->step;
  return a < b ? 1 : a > b ? -1 : 0;
}

/* The checkpoints in a folder, newest first. */
static found_t *list_checkpoints(const char *folder, int *count) {
  *count = 0;
  DIR *dir = opendir(folder);
  if (!dir)
    return NULL;
  found_t *list = NULL;
  for (struct dirent *d; (d = readdir(dir));) {
    int64_t step;
    int length = 0;
    if (sscanf(d->d_name, "step-%" SCNd64 ".safetensors%n", &step, &length) != 1 || !length || d->d_name[length])
      continue;
    found_t *grown = realloc(list, (*count + 1) * sizeof *list);
    if (!grown)
      break;
    list = grown;
    list[*count].step = step;
    snprintf(list[(*count)++].path, sizeof list->path, "%s/%s", folder, d->d_name);
  }
  closedir(dir);
  if (list)
    qsort(list, *count, sizeof *list, newest_first);
  return list;
}

static int save_checkpoint(gradus_session_t *s, const char *folder, int64_t keep, gradus_error_t *error) {
  char path[4096], step[24], total[24], seed[24];
  snprintf(path, sizeof path, "%s/step-%010" PRId64 ".safetensors", folder, s->counters[0]);
  snprintf(step, sizeof step, "%" PRId64, s->counters[0]);
  snprintf(total, sizeof total, "%" PRId64, s->counters[1]);
  snprintf(seed, sizeof seed, "%" PRIu64, (uint64_t)s->counters[2]);
  const char *metadata[] = {"format",      "gradus-checkpoint",
                            "model",       s->model->name,
                            "recipe",      s->model->recipe_hash,
                            "step",        step,
                            "total_steps", total,
                            "seed",        seed,
                            NULL};
  if (gradus_session_save(s, path, true, metadata, error))
    return -1;
  int count;
  found_t *list = list_checkpoints(folder, &count);
  for (int i = (int)keep; i < count; ++i)
    unlink(list[i].path);
  free(list);
  return 0;
}

static int load_checkpoint(gradus_session_t *s, const char *path, gradus_error_t *error) {
  gradus_st_t st;
  if (gradus_st_open(path, &st, error))
    return -1;
  const char *format = gradus_st_meta(&st, "format"), *recipe = gradus_st_meta(&st, "recipe");
  const char *step = gradus_st_meta(&st, "step"), *seed = gradus_st_meta(&st, "seed");
  int rc = 0;
  if (!format || strcmp(format, "gradus-checkpoint") || !recipe || !step || !seed)
    rc = gradus_fail(error, "%s: holds weights but no training state; use --weights to start from it", path);
  else if (strcmp(recipe, s->model->recipe_hash))
    rc = gradus_fail(error, "%s: belongs to another model or recipe; use --weights to start from its parameters", path);
  if (!rc)
    rc = gradus_st_verify(&st, path, error);
  if (!rc)
    rc = gradus_session_load(s, &st, path, true, error);
  if (!rc) {
    s->counters[0] = strtoll(step, NULL, 10);
    s->counters[2] = (int64_t)strtoull(seed, NULL, 10);
    if (s->counters[0] < 0)
      rc = gradus_fail(error, "%s: damaged: a negative step", path);
  }
  gradus_st_close(&st);
  return rc;
}

/* The newest checkpoint that is whole; a damaged one is told of and passed over. */
static int resume(gradus_session_t *s, const gradus_options_t *o, gradus_error_t *error) {
  struct stat st;
  if (o->resume && (stat(o->resume, &st) || !S_ISDIR(st.st_mode)))
    return load_checkpoint(s, o->resume, error);
  const char *folder = o->resume ? o->resume : o->checkpoint_dir;
  if (!folder || !*folder)
    return gradus_fail(error, "--resume needs a checkpoint, or --checkpoint-dir to look for one");
  int count, rc = 0;
  bool done = false;
  found_t *list = list_checkpoints(folder, &count);
  for (int i = 0; i < count && !done; ++i) {
    if (!(rc = load_checkpoint(s, list[i].path, error)))
      done = true;
    else if (i + 1 < count)
      fprintf(stderr, "warning: %s; trying the one before it\n", error->text);
  }
  if (done && !o->quiet)
    fprintf(stderr, "resuming from step %" PRId64 "\n", s->counters[0]);
  free(list);
  return rc; /* none at all: a fresh start, so that the same command can be repeated */
}

static int make_folder(const char *folder, gradus_error_t *error) {
  char path[4096];
  snprintf(path, sizeof path, "%s", folder);
  for (char *p = path + 1;; ++p)
    if (*p == '/' || !*p) {
      char c = *p;
      *p = 0;
      struct stat st;
      if (mkdir(path, 0777) && errno != EEXIST)
        return gradus_fail(error, "%s: %s", path, strerror(errno));
      if (stat(path, &st) || !S_ISDIR(st.st_mode))
        return gradus_fail(error, "%s: not a folder", path);
      *p = c;
      if (!c)
        return 0;
    }
}

/*===- Validation -------------------------------------------------------===*/

int gradus_evaluate(gradus_session_t *s, const gradus_data_t *data, double *out, gradus_error_t *error) {
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_EVAL];
  void **inputs = NULL;
  if (gradus_alloc_inputs(entry, &inputs, error))
    return -1;
  memset(out, 0, entry->output_count * sizeof *out);
  int rc = 0;
  for (uint64_t first = 0; !rc && first < data->samples; first += entry->batch) {
    uint64_t count = data->samples - first < (uint64_t)entry->batch ? data->samples - first : (uint64_t)entry->batch;
    gradus_data_fill(data, entry, NULL, first, count, inputs);
    gradus_session_run(s, GRADUS_ENTRY_EVAL, inputs);
    for (uint64_t i = 0; i < entry->output_count; ++i) {
      const void *values = gradus_session_output(s, GRADUS_ENTRY_EVAL, i);
      for (uint64_t k = 0; k < count; ++k)
        out[i] += entry->outputs[i].dtype == GRADUS_F64 ? ((const double *)values)[k] : ((const float *)values)[k];
    }
    rc = gradus_session_check(s, error);
  }
  for (uint64_t i = 0; i < entry->output_count; ++i)
    out[i] /= (double)data->samples;
  gradus_free_inputs(entry, inputs);
  return rc;
}

/*===- The loop ---------------------------------------------------------===*/

static double result_value(gradus_session_t *s, uint64_t i, int age) {
  const void *v = gradus_session_result(s, GRADUS_ENTRY_TRAIN, i, age);
  return s->model->entries[GRADUS_ENTRY_TRAIN]->outputs[i].dtype == GRADUS_F64 ? *(const double *)v : *(const float *)v;
}

static int nan_error(gradus_session_t *s, double loss, int64_t step, gradus_error_t *error) {
  if (!s->trace_nan)
    return gradus_fail(error,
                       "the loss is %f at step %" PRId64 "; a smaller learning rate or clip_norm may help, %s "
                       "names the kernel it comes from. Checkpoints are as they were",
                       loss, step, s->model->ptx ? "--trace-nan of the model compiled for a CPU" : "--trace-nan");
  const gradus_kernel_t *k = s->nan_launch ? s->nan_launch->kernel : NULL;
  return gradus_fail(
      error, "%s%sthe loss is %f at step %" PRId64 "; the first kernel with a result that is not finite is '%s'",
      k ? k->location : "", k ? ": " : "", loss, step, k ? k->name : "none");
}

/* Where the losses of a run go. */
typedef struct {
  gradus_session_t *session;
  const gradus_options_t *options;
  FILE *metrics;
  float *losses; /* all, for a plot; or null */
  uint64_t loss_count;
  double last_loss;
  uint64_t reported, total, per_epoch; /* steps */
  gradus_progress_t progress;
} reporter_t;

/* Reports the steps that have not been, up to the first `step` ones. */
static int report_until(reporter_t *r, uint64_t step, gradus_error_t *error) {
  gradus_session_t *s = r->session;
  const gradus_entry_t *entry = s->model->entries[GRADUS_ENTRY_TRAIN];
  for (; r->reported < step; ++r->reported) {
    int age = (int)((uint64_t)s->counters[0] - r->reported - 1);
    double loss = result_value(s, 0, age), rate = r->metrics ? result_value(s, 1, age) : 0;
    if (gradus_session_check(s, error))
      return -1;
    if (!isfinite(loss))
      return nan_error(s, loss, (int64_t)r->reported + 1, error);
    r->last_loss = loss;
    if (r->losses)
      r->losses[r->loss_count++] = (float)loss;
    uint64_t number = r->reported + 1;
    if (r->metrics && (number % r->options->log_every == 0 || number == r->total)) {
      fprintf(r->metrics, "{\"step\": %" PRIu64 ", \"epoch\": %" PRIu64 ", \"loss\": ", number,
              r->reported / r->per_epoch + 1);
      gradus_json_number(r->metrics, loss, entry->outputs[0].dtype == GRADUS_F32);
      fprintf(r->metrics, ", \"lr\": ");
      gradus_json_number(r->metrics, rate, false);
      if (fprintf(r->metrics, "}\n") < 0 || fflush(r->metrics))
        return gradus_fail(error, "cannot write %s: %s", r->options->metrics, strerror(errno));
    }
    gradus_progress_step(&r->progress, number, r->total, r->per_epoch, entry->batch, loss);
  }
  return 0;
}

static int train(gradus_session_t *s, const gradus_options_t *o, const gradus_data_t *data, FILE *metrics,
                 float **losses, double *last_loss, uint64_t *loss_count, gradus_error_t *error) {
  const gradus_model_t *model = s->model;
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_TRAIN];
  uint64_t per_epoch = data->samples / entry->batch;
  if (!per_epoch)
    return gradus_fail(error,
                       "%" PRIu64 " samples are less than one batch of %" PRId64 "; compile with --dim batch=%" PRIu64,
                       data->samples, entry->batch, data->samples);
  uint64_t epochs = o->epochs ? o->epochs : model->recipe.epochs, total;
  if (!gradus_mul(per_epoch, epochs, &total))
    return gradus_fail(error, "%" PRIu64 " epochs are too many", epochs);
  if (o->steps)
    total = o->steps;
  s->counters[1] = (int64_t)total;
  uint64_t first = s->counters[0];
  if (first >= total) {
    fprintf(stderr, "nothing to do: step %" PRIu64 " of %" PRIu64 " is reached\n", first, total);
    return 0;
  }
  if (o->plot && !(*losses = malloc((total - first) * sizeof **losses)))
    return gradus_fail(error, "out of memory for a plot of %" PRIu64 " steps", total - first);
  feeder_t feeder = {.data = data,
                     .entry = entry,
                     .pool = s->pool,
                     .seed = (uint64_t)s->counters[2],
                     .per_epoch = per_epoch,
                     .step = first,
                     .end = total,
                     .shuffle = model->recipe.data.shuffle && !o->no_shuffle};
  int rc = feeder_start(&feeder, error);
  reporter_t reporter = {.session = s,
                         .options = o,
                         .metrics = metrics,
                         .losses = *losses,
                         .last_loss = *last_loss,
                         .reported = first,
                         .total = total,
                         .per_epoch = per_epoch};
  gradus_progress_begin(&reporter.progress, first, o->quiet);
  uint64_t lag = (uint64_t)gradus_session_lag(s);
  while (!rc && (uint64_t)s->counters[0] < total && !g_interrupted) {
    void **inputs = feeder_next(&feeder, s->counters[0]);
    s->nan_launch = NULL;
    gradus_session_run(s, GRADUS_ENTRY_TRAIN, inputs);
    feeder_release(&feeder);
    uint64_t done = (uint64_t)s->counters[0];
    bool save = o->checkpoint_dir && *o->checkpoint_dir && o->checkpoint_every && done % o->checkpoint_every == 0;
    /* What is saved has been found finite. */
    if (done - first > lag || save)
      rc = report_until(&reporter, save ? done : done - lag, error);
    if (!rc && save)
      rc = save_checkpoint(s, o->checkpoint_dir, o->keep, error);
  }
  if (!rc)
    rc = report_until(&reporter, (uint64_t)s->counters[0], error);
  gradus_progress_end(&reporter.progress);
  *last_loss = reporter.last_loss;
  *loss_count = reporter.loss_count;
  feeder_stop(&feeder);
  return rc;
}

int gradus_command_train(const gradus_model_t *model, const gradus_options_t *given) {
  gradus_options_t o = *given;
  gradus_error_t error;
  gradus_session_t *s = NULL;
  gradus_data_t data = {0};
  FILE *metrics = NULL;
  float *losses = NULL;
  double last_loss = NAN;
  uint64_t loss_count = 0;
  const gradus_entry_t *entry = model->entries[GRADUS_ENTRY_TRAIN];
  int rc = -1;
  if (!entry) {
    gradus_fail(&error, "the model has no recipe: add a train block to it and compile again");
    return gradus_report_error(&error);
  }
  if (!o.checkpoint_dir)
    o.checkpoint_dir = model->recipe.checkpoint_dir;
  if (!o.checkpoint_every)
    o.checkpoint_every = model->recipe.checkpoint_every;
  if (!o.keep)
    o.keep = model->recipe.checkpoint_keep;
  if (!o.log_every)
    o.log_every = 1;
  if (!o.data) {
    gradus_fail(&error, "--data DIR is missing: the folder with the recipe's data files");
    return gradus_report_error(&error);
  }
  if (gradus_data_open(&model->recipe.data, entry, o.data, &data, &error) ||
      gradus_session_create(model, o.threads, o.has_seed ? o.seed : model->recipe.seed, &s, &error))
    goto done;
  if (o.weights && gradus_session_load_weights(s, o.weights, &error))
    goto done;
  if (*o.checkpoint_dir && make_folder(o.checkpoint_dir, &error))
    goto done;
  if (o.do_resume && resume(s, &o, &error))
    goto done;
  /* Another run's checkpoints are not this run's to prune. */
  int found = 0;
  if (*o.checkpoint_dir && !o.do_resume)
    free(list_checkpoints(o.checkpoint_dir, &found));
  if (found) {
    gradus_fail(&error, "%s: holds %d checkpoints of another run; go on with --resume, or name another folder",
                o.checkpoint_dir, found);
    goto done;
  }
  /* What cannot be written is better known before training than after it. */
  struct stat st;
  if (o.weights_out && (stat(o.weights_out, &st) || S_ISREG(st.st_mode))) {
    gradus_writer_t probe;
    if (gradus_writer_open(o.weights_out, &probe, &error))
      goto done;
    gradus_writer_abandon(&probe);
  }
  if (o.metrics && !(metrics = fopen(o.metrics, o.do_resume ? "a" : "w"))) {
    gradus_fail(&error, "cannot write %s: %s", o.metrics, strerror(errno));
    goto done;
  }
  if (o.trace_nan && model->ptx) {
    gradus_fail(&error, "--trace-nan looks at results in the CPU's memory; compile the model without --target=cuda");
    goto done;
  }
  s->trace_nan = o.trace_nan;
  struct sigaction action = {.sa_handler = on_interrupt};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  rc = train(s, &o, &data, metrics, &losses, &last_loss, &loss_count, &error);
  if (!rc && *o.checkpoint_dir && isfinite(last_loss))
    rc = save_checkpoint(s, o.checkpoint_dir, o.keep, &error);
  if (!rc && o.weights_out)
    rc = gradus_session_save_weights(s, o.weights_out, 0, &error);
  if (!rc && o.plot && loss_count)
    rc = gradus_plot_svg(o.plot, model->name, losses, loss_count, &error);
  if (!rc && !g_interrupted && model->entries[GRADUS_ENTRY_EVAL] && model->recipe.validation.kind != GRADUS_DATA_NONE &&
      !o.quiet) {
    gradus_data_t validation = {0};
    const gradus_entry_t *eval = model->entries[GRADUS_ENTRY_EVAL];
    double values[64];
    gradus_error_t ignored;
    /* Validation is a courtesy here: its files may be missing. */
    if (!gradus_data_open(&model->recipe.validation, eval, o.data, &validation, &ignored) && eval->output_count <= 64 &&
        !gradus_evaluate(s, &validation, values, &ignored)) {
      fprintf(stderr, "validation:");
      for (uint64_t i = 0; i < eval->output_count; ++i)
        fprintf(stderr, " %s %.4f", eval->outputs[i].name, values[i]);
      fprintf(stderr, "\n");
    }
    gradus_data_close(&validation);
  }
  if (!rc && o.json) {
    printf("{\"steps\": %" PRId64 ", \"loss\": ", s->counters[0]);
    gradus_json_number(stdout, last_loss, true);
    printf("}\n");
  }
  if (!rc && g_interrupted && !o.quiet)
    fprintf(stderr, "interrupted after step %" PRId64 "%s\n", s->counters[0],
            *o.checkpoint_dir ? "; checkpoint saved, continue with --resume"
                              : "; without --checkpoint-dir nothing to resume from");
done:
  if (metrics && fclose(metrics) && !rc)
    rc = gradus_fail(&error, "cannot write %s: %s", o.metrics, strerror(errno));
  free(losses);
  gradus_data_close(&data);
  gradus_session_destroy(s);
  if (rc)
    return gradus_report_error(&error);
  return g_interrupted ? 130 : 0;
}
