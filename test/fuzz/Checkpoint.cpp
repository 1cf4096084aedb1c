//===- Checkpoint.cpp - Fuzzes checkpoints and weights --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "commands/checkpoint.h"
}
#include "FuzzTarget.h"
#include "SmallModel.h"
#include <cstring>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

using gradus::fuzz::require;

/// Puts the bytes into a file that exists in memory only; returns its path.
static std::string fileOf(const uint8_t *data, size_t size) {
  static const int fd = memfd_create("checkpoint", MFD_CLOEXEC);
  require(fd >= 0 && !ftruncate(fd, 0) && pwrite(fd, data, size, 0) == static_cast<ssize_t>(size), "no file in memory");
  return "/proc/self/fd/" + std::to_string(fd);
}

/// All that a checkpoint can change.
static std::string stateOf(gradus_session_t *session) {
  std::string state(reinterpret_cast<const char *>(gradus_session_variable(session, 0)),
                    gradus::fuzz::kSmallModel.variables_bytes);
  return state.append(reinterpret_cast<const char *>(gradus_session_counters(session)), 3 * sizeof(int64_t));
}

/// A file is resumed from, and taken for weights: it is loaded as a whole or not at all.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  gradus_session_t *session = nullptr;
  gradus_error_t error = {};
  require(!gradus_session_create(&gradus::fuzz::kSmallModel, 1, 7, &session, &error), "no session");
  std::string path = fileOf(data, size), before = stateOf(session);
  bool loaded = false;
  int rc = gradus_checkpoint_load(session, path.c_str(), &loaded, &error);
  require(!rc || error.text[0], "a checkpoint is refused without a message");
  require(!rc || (!loaded && stateOf(session) == before), "a refused checkpoint changes the session");
  before = stateOf(session);
  if (gradus_session_load_weights(session, path.c_str(), &error))
    require(stateOf(session) == before, "refused weights change the session");
  gradus_session_destroy(session);
  return 0;
}
