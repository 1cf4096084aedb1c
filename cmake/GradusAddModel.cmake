# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# gradus_add_model(NAME FILE [OPTIONS option…] [DEPENDS file…])
#
# Compiles the model FILE (.txtpb or .pb) into a static library, the target NAME,
# in lower case, as functions and macros are called after it.
# Whatever links it, C or C++, can include NAME.h, which declares NAME_query() and
# the numbers of inputs and outputs, and gets Gradus::runtime. The model is known
# by NAME, whatever the file calls it: so one file can be used under two names,
# and many models can live in one program.
#
# OPTIONS go to `gradus compile`: --dim batch=32, --target cuda, --mcpu x86-64-v3, …
# DEPENDS names other files that they refer to.
function(gradus_add_model NAME FILE)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "OPTIONS;DEPENDS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gradus_add_model(${NAME}): what is ${ARG_UNPARSED_ARGUMENTS}? Say OPTIONS or DEPENDS")
  endif()
  if(NOT NAME MATCHES "^[A-Za-z][A-Za-z0-9_]*$")
    message(FATAL_ERROR "gradus_add_model(${NAME}): the name becomes part of C identifiers: letters, digits and _, a letter first")
  endif()
  string(TOLOWER ${NAME} lower)
  if(NOT NAME STREQUAL lower)
    message(FATAL_ERROR "gradus_add_model(${NAME}): the model's function is ${lower}_query(); name the model ${lower}")
  endif()
  get_filename_component(model ${FILE} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/gradus/${NAME})
  file(MAKE_DIRECTORY ${folder})
  foreach(pair "obj:${NAME}.o" "header:${NAME}.h")
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 stage)
    list(GET pair 1 output)
    add_custom_command(OUTPUT ${folder}/${output}
      COMMAND Gradus::gradus compile ${model} --name ${NAME} ${ARG_OPTIONS} --emit ${stage} -o ${folder}/${output} --quiet
      DEPENDS ${model} ${ARG_DEPENDS} Gradus::gradus
      COMMENT "Gradus: ${output}"
      VERBATIM)
  endforeach()
  add_library(${NAME} STATIC ${folder}/${NAME}.o ${folder}/${NAME}.h)
  set_source_files_properties(${folder}/${NAME}.o PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  # There is nothing to compile: either language can make the archive.
  if(CMAKE_C_COMPILER_LOADED)
    set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE C)
  else()
    set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE CXX)
  endif()
  target_include_directories(${NAME} INTERFACE ${folder})
  target_link_libraries(${NAME} PUBLIC Gradus::runtime)
  if("--simulate" IN_LIST ARG_OPTIONS)
    target_link_libraries(${NAME} PUBLIC Gradus::simulator)
  endif()
endfunction()
