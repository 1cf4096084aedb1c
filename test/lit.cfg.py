# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The lit suite: `build/release/bin/gradus-lit test`, or LLVM's `lit test`. The tools
# are looked for in build/release/bin, or in the folder named by `--param
# gradus_bin=DIR` or $GRADUS_BIN; LLVM's own are where CMake found them.
import ctypes
import os

import lit.formats

config.name = "Gradus"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".txtpb", ".test"]
config.excludes = ["Inputs", "bench", "corpus", "support"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))

root = os.path.dirname(config.test_source_root)
tools = os.path.abspath(
    lit_config.params.get("gradus_bin")
    or os.environ.get("GRADUS_BIN")
    or os.path.join(root, "build", "release", "bin")
)
build = os.path.dirname(tools)
if not os.path.exists(os.path.join(tools, "gradus-opt")) or not os.path.exists(os.path.join(build, "test-config")):
    lit_config.fatal(f"{build} is no build of Gradus; build it, or name another's bin with --param gradus_bin=DIR")
with open(os.path.join(build, "test-config")) as file:
    build_config = dict(line.strip().split("=", 1) for line in file)
llvm_tools = build_config["llvm_tools"]

# Two tool folders must not write over each other's outputs.
config.test_exec_root = os.path.join(build, "test-output")
config.environment["PATH"] = os.pathsep.join([tools, llvm_tools, os.environ.get("PATH", "")])
for name in ("GRADUS_ROUNDTRIP", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# Not the user's cache: what a build compiles is its own.
config.environment["XDG_CACHE_HOME"] = os.path.join(config.test_exec_root, "cache")

# Full paths, so that a tool of the same name elsewhere is never picked up.
roundtrip = " --verify-roundtrip" if os.environ.get("GRADUS_ROUNDTRIP") == "1" else ""
for name in ("FileCheck", "not", "split-file"):
    config.substitutions.append((rf"(?<![\w/.-]){name}(?![\w/.-])", os.path.join(llvm_tools, name)))
config.substitutions.append((r"(?<![\w/.-])gradus-opt(?![\w/.-])", os.path.join(tools, "gradus-opt") + roundtrip))
config.substitutions.append((r"(?<![\w/%.-])gradus(?![\w/.-])", os.path.join(tools, "gradus")))
config.substitutions.append(("%gradus_root", root))
config.substitutions.append(("%gradus_build", build))
config.substitutions.append(("%llvm_tools", llvm_tools))

# What links our libraries must bring what they were instrumented with.
instrumentation = build_config["instrumentation"]
if "-fsanitize" in instrumentation:
    config.available_features.add("sanitizers")
config.substitutions.append(("%cc", f"clang-22 {instrumentation}" if instrumentation else "cc"))
instrumented_cmake = (f"-DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22 "
                      f"-DCMAKE_C_FLAGS={instrumentation} -DCMAKE_CXX_FLAGS={instrumentation}")
config.substitutions.append(("%cmake_flags", instrumented_cmake if instrumentation else ""))

# Python programs of the tests share modules. Not by config.environment: lit's own
# `cat` and `diff` leave another PYTHONPATH behind for the commands after them.
support = os.path.join(config.test_source_root, "support")
python = f"env PYTHONPATH={support} PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3"
config.substitutions.append(("%python", python))
config.substitutions.append(("%tensor_files", f"{python} {os.path.join(support, 'tensor_files.py')}"))

# What the simulator shows, an NVIDIA GPU shows too, where there is one: its driver
# can be opened, and it has a device.
try:
    ctypes.CDLL("libcuda.so.1")
    if os.path.exists("/dev/nvidia0"):
        config.available_features.add("nvidia-gpu")
except OSError:
    pass

# Some tests build with what the build folder holds.
if os.path.exists(os.path.join(build, "compile_commands.json")):
    config.available_features.add("build-folder")

# Tests of the driver ask for it by `REQUIRES: gradus`.
if os.path.exists(os.path.join(tools, "gradus")):
    config.available_features.add("gradus")
