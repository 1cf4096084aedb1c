# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The reference of ops and passes, from ODS into docs/ of the build folder:
#   cmake --build --preset release --target docs

# gradus_add_reference(name td flag…): docs/NAME.md by mlir-tblgen.
function(gradus_add_reference name td)
  set(LLVM_TARGET_DEFINITIONS ${PROJECT_SOURCE_DIR}/${td})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/docs)
  tablegen(MLIR docs/${name}.md ${ARGN} -I${PROJECT_SOURCE_DIR} "-I${MLIR_INCLUDE_DIRS}")
  set(GRADUS_REFERENCE ${GRADUS_REFERENCE} ${TABLEGEN_OUTPUT} PARENT_SCOPE)
endfunction()

set(GRADUS_REFERENCE)
gradus_add_reference(nn dialects/nn/IR/NNOps.td -gen-dialect-doc -dialect=nn)
gradus_add_reference(train dialects/train/IR/TrainOps.td -gen-dialect-doc -dialect=train)
gradus_add_reference(rt dialects/rt/IR/RTOps.td -gen-dialect-doc -dialect=rt)
gradus_add_reference(check dialects/check/IR/CheckOps.td -gen-dialect-doc -dialect=check)
gradus_add_reference(passes compiler/Passes/Passes.td -gen-pass-doc)
add_custom_target(docs ALL DEPENDS ${GRADUS_REFERENCE})
