// RUN: gradus-opt %s --gradus-linalg-pipeline --cpu-lower-kernels -canonicalize -cse | FileCheck %s
// Kernels become functions of buffers, a range of work items (units) and scratch memory.

// One flat loop whatever the rank, and a masked tail: 3 x 37 = 6 * 16 + 15.
// CHECK-LABEL: func.func @flat
//  CHECK-SAME: (%[[X:.*]]: memref<111xf32>, %[[S:.*]]: memref<f32>, %[[Y:.*]]: memref<111xf32>, %[[BEGIN:.*]]: index, %[[END:.*]]: index, %{{.*}}: memref<0xi8>)
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//   CHECK-NOT: linalg
//       CHECK: memref.load %[[S]][]
//       CHECK: scf.for %[[I:.*]] =
//  CHECK-NEXT: vector.load %[[X]][%[[I]]] : memref<111xf32>, vector<16xf32>
//       CHECK: vector.store %{{.*}}, %[[Y]][%[[I]]]
//       CHECK: scf.if
//       CHECK: vector.maskedload %[[X]]
//       CHECK: vector.maskedstore %[[Y]]
//   CHECK-NOT: rt.kernel
rt.kernel @flat(%x: tensor<3x37xf32>, %s: tensor<f32>) -> tensor<3x37xf32> kind elementwise {
  %0 = nn.broadcast %s dims [] : tensor<f32> -> tensor<3x37xf32>
  %1 = nn.mul %x, %0 : tensor<3x37xf32>
  rt.yield %1 : tensor<3x37xf32>
}

// No tail where the elements fill whole vectors.
// CHECK-LABEL: func.func @no_tail
//   CHECK-NOT: vector.masked
//       CHECK: return
rt.kernel @no_tail(%x: tensor<4x32xf32>) -> tensor<4x32xf32> kind elementwise {
  %0 = nn.neg %x : tensor<4x32xf32>
  rt.yield %0 : tensor<4x32xf32>
}

// A broadcast along rows needs the rows: a work item each.
// CHECK-LABEL: func.func @rows_of_elementwise
//  CHECK-SAME: #rt.cpu_launch<units = 3>
rt.kernel @rows_of_elementwise(%x: tensor<3x37xf32>, %b: tensor<37xf32>) -> tensor<3x37xf32> kind elementwise {
  %0 = nn.broadcast %b dims [1] : tensor<37xf32> -> tensor<3x37xf32>
  %1 = nn.add %x, %0 : tensor<3x37xf32>
  rt.yield %1 : tensor<3x37xf32>
}

// A scalar kernel has one work item and no vectors.
// CHECK-LABEL: func.func @scalar
//  CHECK-SAME: #rt.cpu_launch<units = 1>
//   CHECK-NOT: vector<
//       CHECK: memref.store
rt.kernel @scalar(%x: tensor<f64>) -> tensor<f64> kind elementwise {
  %0 = nn.mul %x, %x : tensor<f64>
  rt.yield %0 : tensor<f64>
}

// An intermediate value that is needed twice is computed once per vector.
// CHECK-LABEL: func.func @intermediates_stay_in_registers
//       CHECK: scf.for
//       CHECK: math.exp
//   CHECK-NOT: math.exp
//       CHECK: scf.if
rt.kernel @intermediates_stay_in_registers(%x: tensor<37xf32>) -> (tensor<37xf32>, tensor<37xf32>) kind elementwise {
  %0 = nn.exp %x : tensor<37xf32>
  %1 = nn.neg %0 : tensor<37xf32>
  rt.yield %0, %1 : tensor<37xf32>, tensor<37xf32>
}

// The function has the kernel's name, which launches call.
// CHECK-LABEL: func.func @step
//       CHECK: rt.launch @scalar
func.func @step(%x: tensor<f64>) -> tensor<f64> attributes {train.entry = #train.entry<predict>} {
  %0 = rt.launch @scalar(%x) : (tensor<f64>) -> tensor<f64>
  return %0 : tensor<f64>
}
