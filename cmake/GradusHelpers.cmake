# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# gradus_add_library(name SRCS … [LINK …] [DEPENDS …])
# A static library: one room of the compiler. LINK names the rooms whose headers
# it may include; tools/check-layers.py holds it to that when it is built. LLVM
# and MLIR come from their shared libraries, linked once by the tools: never mix
# in the static archives.
function(gradus_add_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SRCS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  target_compile_options(${name} PRIVATE -fno-exceptions)
  target_precompile_headers(${name} REUSE_FROM GradusMLIRHeaders)
  gradus_note_layer(${name} ${ARG_LINK})
endfunction()

# gradus_add_header_library(name [DEPENDS …]): a room of headers only.
function(gradus_add_header_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  add_library(${name} INTERFACE)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  gradus_note_layer(${name})
endfunction()

# Notes the folder of a library and the libraries that it names, for check-layers.
function(gradus_note_layer name)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  list(JOIN ARGN " " uses)
  set_property(GLOBAL APPEND PROPERTY GRADUS_LAYERS "${folder}: ${name} ${uses}")
endfunction()

# gradus_tablegen(target td "FILE=flag flag" …)
# Runs mlir-tblgen over `td` of the current folder, once for each pair.
function(gradus_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  foreach(pair ${ARGN})
    string(REPLACE "=" ";" parts "${pair}")
    list(GET parts 0 out)
    list(SUBLIST parts 1 -1 flags)
    string(REPLACE ";" "=" flags "${flags}")
    string(REPLACE " " ";" flags "${flags}")
    mlir_tablegen(${out} ${flags})
  endforeach()
  add_public_tablegen_target(${target})
endfunction()

# gradus_check_layers(): a target of the default build that fails where a room
# includes a header of a room that it does not name. Call it when all are added.
function(gradus_check_layers)
  get_property(layers GLOBAL PROPERTY GRADUS_LAYERS)
  list(JOIN layers "\n" text)
  file(WRITE ${PROJECT_BINARY_DIR}/layers.txt.new "${text}\n")
  file(COPY_FILE ${PROJECT_BINARY_DIR}/layers.txt.new ${PROJECT_BINARY_DIR}/layers.txt ONLY_IF_DIFFERENT)
  add_custom_target(check-layers ALL
    COMMAND python3 ${PROJECT_SOURCE_DIR}/tools/check-layers.py ${PROJECT_BINARY_DIR}/layers.txt ${PROJECT_SOURCE_DIR}
    COMMENT "Rooms include only the rooms they name")
endfunction()
