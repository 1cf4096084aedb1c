// RUN: gradus-opt %s --convert-rt-to-llvm=main=true | FileCheck %s
// RUN: gradus-opt %s --convert-rt-to-llvm | FileCheck %s --check-prefix=LIBRARY
// RUN: gradus-opt %s --convert-rt-to-llvm | mlir-translate --mlir-to-llvmir | FileCheck %s --check-prefix=IR

// Only the query is visible; its alias is there for programs with a main().
// CHECK-NOT: rt.model
// CHECK: llvm.func internal @fc(
// CHECK: llvm.func internal @fc.entry(%[[ARGS:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64, %[[SCRATCH:.*]]: !llvm.ptr)
// CHECK-COUNT-2: llvm.load
// CHECK: llvm.call @fc(%{{.*}}, %{{.*}}, %[[BEGIN]], %[[END]], %[[SCRATCH]])
// CHECK: llvm.mlir.global internal unnamed_addr constant @gradus.text{{.*}}("f32 model\00")
// CHECK: llvm.func @f32_model_query(%{{.*}}: i32) -> !llvm.ptr
// CHECK: llvm.mlir.alias external @gradus_model_query
// CHECK: llvm.mlir.addressof @f32_model_query
// LIBRARY-NOT: gradus_model_query

// Both launches name the one kernel; a slot is two numbers.
// IR: @[[KERNEL:.*]] = internal constant { ptr, ptr, ptr, i64, i64, i64, i64, ptr, i64, i64 } { ptr @{{.*}}, ptr @{{.*}}, ptr @fc.entry, i64 4, i64 64, i64 48, i64 104, ptr null, i64 0, i64 0 }
// IR: [2 x { i64, i64 }] [{ i64, i64 } { i64 3, i64 0 }, { i64, i64 } zeroinitializer]
// IR: [2 x { ptr, ptr, i64, i64, i64, ptr }] [{ ptr, ptr, i64, i64, i64, ptr } { ptr @[[KERNEL]], ptr @{{.*}}, i64 2, i64 1, i64 1, ptr @{{.*}} }, { ptr, ptr, i64, i64, i64, ptr } { ptr @[[KERNEL]], ptr @{{.*}}, i64 2, i64 1, i64 0, ptr @{{.*}} }]
// IR: define ptr @f32_model_query(i32
llvm.func @fc(%x: !llvm.ptr, %y: !llvm.ptr, %begin: i64, %end: i64, %scratch: !llvm.ptr) {
  llvm.return
}
rt.model "f32 model" by "gradus" for "cpu" recipe_hash "0000000000000000000000000000000000000000000000000000000000000000" variables_bytes 192 {
  rt.model.variable @w : tensor<2x3xf32> at 0 init #train.uniform_init<low = -0.1, high = 0.1> frozen
  rt.model.variable @w.m : tensor<2x3xf32> at 128
  rt.model.kernel @fc calls "fc" config #rt.cpu_launch<units = 4> cost <flops = 48, bytes = 104> scratch_bytes 64
  rt.model.entry predict batch 4 arena_bytes 64 {
    rt.model.input "x" : tensor<4x3xf32>
    rt.model.launch @fc parallel slots [inputs 0] -> [arena 0] : [tensor<4x2xf32>]
    rt.model.launch @fc slots [arena 0] -> [variables 0] : [tensor<4x2xf32>]
    rt.model.output "y" at <arena, 0> : tensor<4x2xf32>
  }
}
