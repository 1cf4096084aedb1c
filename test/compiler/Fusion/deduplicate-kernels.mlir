// RUN: gradus-opt %s --rt-form-kernels --rt-deduplicate-kernels | FileCheck %s
// Two layers of the same shape are one kernel, launched under two names; a
// layer that differs in a shape, an attribute or the order of operands is not.

// CHECK: rt.kernel @a({{.*}}"also for b"]
// CHECK-NOT: rt.kernel @b(
// CHECK: rt.kernel @wide(
// CHECK: rt.kernel @swapped(
// CHECK: rt.kernel @transposed(
// CHECK-LABEL: func.func @predict
// CHECK: %[[A:.*]] = rt.launch @a(%{{.*}}, %{{.*}})
// CHECK: %[[B:.*]] = rt.launch @a as "b"(%[[A]], %{{.*}})
// CHECK: rt.launch @wide(
// CHECK: rt.launch @swapped(
// CHECK: rt.launch @transposed(
func.func @predict(%x: tensor<3x3xf32>, %v: tensor<3x3xf32>, %w: tensor<3x3xf32>, %u: tensor<3x5xf32>)
    -> (tensor<3x3xf32>, tensor<3x5xf32>, tensor<3x3xf32>, tensor<3x3xf32>) attributes {train.entry = #train.entry<predict>} {
  %a = nn.matmul %x, %v : tensor<3x3xf32>, tensor<3x3xf32> loc("a")
  %ar = nn.relu %a : tensor<3x3xf32> loc("a")
  %b = nn.matmul %ar, %w : tensor<3x3xf32>, tensor<3x3xf32> loc("b")
  %br = nn.relu %b : tensor<3x3xf32> loc("b")
  %c = nn.matmul %br, %u : tensor<3x3xf32>, tensor<3x5xf32> loc("wide")
  %cr = nn.relu %c : tensor<3x5xf32> loc("wide")
  %d = nn.matmul %br, %br : tensor<3x3xf32>, tensor<3x3xf32> loc("swapped")
  %dr = nn.relu %d : tensor<3x3xf32> loc("swapped")
  %e = nn.matmul %dr, %x transpose_lhs : tensor<3x3xf32>, tensor<3x3xf32> loc("transposed")
  %er = nn.relu %e : tensor<3x3xf32> loc("transposed")
  return %br, %cr, %dr, %er : tensor<3x3xf32>, tensor<3x5xf32>, tensor<3x3xf32>, tensor<3x3xf32>
}
