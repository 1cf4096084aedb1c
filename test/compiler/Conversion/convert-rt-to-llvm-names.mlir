// RUN: gradus-opt %s --convert-rt-to-llvm | FileCheck %s

// A kernel that has the name of the query function gives it up.
// CHECK: llvm.func internal @m_query_0(
// CHECK: llvm.func internal @m_query.entry
// CHECK: llvm.call @m_query_0(
// CHECK: llvm.func @m_query(%{{.*}}: i32)
llvm.func @m_query(%begin: i64, %end: i64, %scratch: !llvm.ptr) {
  llvm.return
}
rt.model "m" by "" for "" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 0 {
  rt.model.kernel @m_query calls "m_query" config #rt.cpu_launch<units = 4> cost <flops = 5, bytes = 40>
}
