// RUN: gradus-opt %s -gpu-fuse-horizontally -split-input-file | FileCheck %s

// b and c wait for a alone, and touch nothing of each other's: one launch with
// the blocks of both, b's first. d waits for both. What the parts were is gone;
// a, launched alone as well, stays.
// CHECK-LABEL: gpu.func @k_a(
//   CHECK-NOT: gpu.func @k_b(
//   CHECK-NOT: gpu.func @k_c(
//       CHECK: gpu.func @k_d(
//       CHECK: gpu.func @k_b_and_c(%[[X0:[a-z0-9]+]]: memref<8xf32>, %[[X1:[a-z0-9]+]]: memref<8xf32>, %[[Y0:[a-z0-9]+]]: memref<8xf32>, %[[Y1:[a-z0-9]+]]: memref<8xf32>, %{{.*}}: memref<0xi8>)
//  CHECK-SAME: workgroup(%[[S:[a-z0-9]+]] : memref<4xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64})
//  CHECK-SAME: rt.config = #rt.gpu_launch<blocks = 5, threads = 64>
//  CHECK-SAME: rt.cost = #rt.cost<flops = 12, bytes = 30>
//  CHECK-SAME: rt.name = "b and c"
//       CHECK: %[[BLOCK:.*]] = gpu.block_id x
//       CHECK: %[[FIRST:.*]] = arith.subi %[[BLOCK]], %c0
//       CHECK: %[[IN:.*]] = arith.cmpi ult, %[[FIRST]], %c2
//       CHECK: scf.if %[[IN]]
//       CHECK:   memref.load %[[X0]][%[[FIRST]]]
//       CHECK:   memref.store %{{.*}}, %[[Y0]]
//       CHECK: %[[SECOND:.*]] = arith.subi %[[BLOCK]], %c2
//       CHECK: %[[IN:.*]] = arith.cmpi ult, %[[SECOND]], %c3
//       CHECK: scf.if %[[IN]]
//       CHECK:   memref.load %[[X1]][%[[SECOND]]]
//       CHECK:   memref.store %{{.*}}, %[[S]]
//       CHECK:   memref.store %{{.*}}, %[[Y1]]
// CHECK-LABEL: func.func @train
//       CHECK: %[[A:.*]] = rt.launch @kernels::@k_a as "a"
//       CHECK: %[[BC:.*]]:2 = rt.launch @kernels::@k_b_and_c as "b and c"(%[[A]], %[[A]])
//  CHECK-SAME: slots [arena 0, arena 0] -> [arena 64, arena 128]
//       CHECK: %[[VIEW:.*]] = nn.reshape %[[A]]
//       CHECK: %[[D:.*]] = rt.launch @kernels::@k_d as "d"(%[[BC]]#0, %[[VIEW]])
//       CHECK: return %[[D]], %[[BC]]#1
module {
  gpu.module @kernels {
    gpu.func @k_a(%x: memref<8xf32>, %y: memref<8xf32>,
        %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.cost = #rt.cost<flops = 5, bytes = 10>, rt.name = "a"} {
      %i = gpu.block_id x
      %v = memref.load %x[%i] : memref<8xf32>
      memref.store %v, %y[%i] : memref<8xf32>
      gpu.return
    }
    gpu.func @k_b(%x: memref<8xf32>, %y: memref<8xf32>,
        %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.cost = #rt.cost<flops = 5, bytes = 10>, rt.name = "b"} {
      %i = gpu.block_id x
      %v = memref.load %x[%i] : memref<8xf32>
      memref.store %v, %y[%i] : memref<8xf32>
      gpu.return
    }
    gpu.func @k_c(%x: memref<8xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) workgroup(%s: memref<4xf32,
        #gpu.address_space<workgroup>> {llvm.align = 16 : i64}) kernel attributes {rt.config = #rt.gpu_launch<blocks = 3, threads = 64>, rt.cost = #rt.cost<flops = 7, bytes = 20>, rt.name = "c"} {
      %c0 = arith.constant 0 : index
      %i = gpu.block_id x
      %v = memref.load %x[%i] : memref<8xf32>
      memref.store %v, %s[%c0] : memref<4xf32, #gpu.address_space<workgroup>>
      memref.store %v, %y[%i] : memref<8xf32>
      gpu.return
    }
    gpu.func @k_d(%x: memref<8xf32>, %z: memref<2x4xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.name = "d"} {
      gpu.return
    }
  }
  func.func @train(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) attributes {train.entry = #train.entry<train>} {
    %a = rt.launch @kernels::@k_a as "a"(%x) slots [inputs 0] -> [arena 0] : (tensor<8xf32>) -> tensor<8xf32>
    %b = rt.launch @kernels::@k_b as "b"(%a) slots [arena 0] -> [arena 64] : (tensor<8xf32>) -> tensor<8xf32>
    %view = nn.reshape %a : tensor<8xf32> -> tensor<2x4xf32>
    %d = rt.launch @kernels::@k_d as "d"(%b, %view) slots [arena 64, arena 0] -> [arena 192] : (tensor<8xf32>, tensor<2x4xf32>) -> tensor<8xf32>
    %c = rt.launch @kernels::@k_c as "c"(%a) slots [arena 0] -> [arena 128] : (tensor<8xf32>) -> tensor<8xf32>
    return %d, %c : tensor<8xf32>, tensor<8xf32>
  }
}

// -----

// Not one launch: the second writes what the first reads (memory that is used
// again), the third has another block size, the fourth is large.
// CHECK-LABEL: func.func @apart
//       CHECK: rt.launch @kernels::@k_a as "first"
//       CHECK: rt.launch @kernels::@k_wide as "wide"
//       CHECK: rt.launch @kernels::@k_large as "large"
//       CHECK: rt.launch @kernels::@k_a as "second"
module {
  gpu.module @kernels {
    gpu.func @k_a(%x: memref<8xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.name = "a"} {
      gpu.return
    }
    gpu.func @k_wide(%x: memref<8xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 128>, rt.name = "wide"} {
      gpu.return
    }
    gpu.func @k_large(%x: memref<8xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.cost = #rt.cost<flops = 60000000, bytes = 0>, rt.name = "large"} {
      gpu.return
    }
  }
  func.func @apart(%x: tensor<8xf32>, %y: tensor<8xf32>) attributes {train.entry = #train.entry<train>} {
    %a = rt.launch @kernels::@k_a as "first"(%x) slots [arena 0] -> [arena 64] : (tensor<8xf32>) -> tensor<8xf32>
    %b = rt.launch @kernels::@k_a as "second"(%y) slots [inputs 1] -> [arena 16] : (tensor<8xf32>) -> tensor<8xf32>
    %c = rt.launch @kernels::@k_wide as "wide"(%y) slots [inputs 1] -> [arena 256] : (tensor<8xf32>) -> tensor<8xf32>
    %d = rt.launch @kernels::@k_large as "large"(%y) slots [inputs 1] -> [arena 320] : (tensor<8xf32>) -> tensor<8xf32>
    return
  }
}

// -----

// Without slots, dependences are not known.
// CHECK-LABEL: func.func @unplanned
// CHECK-COUNT-2: rt.launch @kernels::@k_a
module {
  gpu.module @kernels {
    gpu.func @k_a(%x: memref<8xf32>, %y: memref<8xf32>, %scratch: memref<0xi8>) kernel attributes {rt.config = #rt.gpu_launch<blocks = 2, threads = 64>, rt.name = "a"} {
      gpu.return
    }
  }
  func.func @unplanned(%x: tensor<8xf32>, %y: tensor<8xf32>) attributes {train.entry = #train.entry<train>} {
    %a = rt.launch @kernels::@k_a as "first"(%x) : (tensor<8xf32>) -> tensor<8xf32>
    %b = rt.launch @kernels::@k_a as "second"(%y) : (tensor<8xf32>) -> tensor<8xf32>
    return
  }
}
