// RUN: gradus-opt %s --rt-form-kernels --split-input-file | FileCheck %s
// Parameters are updated in place: readers run before the writer.

train.parameter @w : tensor<5x7xf32> init #train.constant_init<value = 0.0>
// The update stands first in the program; the matmul that reads the old value
// is launched before it all the same.
// CHECK-LABEL: func.func @reader_before_writer
//       CHECK: %[[W:.*]] = train.read @w
//       CHECK: %[[Y:.*]] = rt.launch @matmul(%{{.*}}, %[[W]])
//       CHECK: %[[N:.*]] = rt.launch @add
//       CHECK: train.write @w, %[[N]]
//       CHECK: return %[[Y]]
func.func @reader_before_writer(%x: tensor<3x5xf32>, %g: tensor<5x7xf32>) -> tensor<3x7xf32> attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<5x7xf32>
  %0 = nn.add %w, %g : tensor<5x7xf32>
  train.write @w, %0 : tensor<5x7xf32>
  %1 = nn.matmul %x, %w : tensor<3x5xf32>, tensor<5x7xf32>
  return %1 : tensor<3x7xf32>
}

// -----

train.parameter @w : tensor<5x7xf32> init #train.constant_init<value = 0.0>
// A matmul reads all of @w for each element of the result: a copy at the end.
// CHECK: rt.kernel {{.*}} kind elementwise {{.*}}attributes {decisions = ["a copy: w is still read elsewhere"]
// CHECK: rt.copy
// CHECK-LABEL: func.func @copy_when_unsafe
//       CHECK: %[[P:.*]] = rt.launch @matmul
//       CHECK: %[[C:.*]] = rt.launch {{.*}}(%[[P]])
//       CHECK: train.write @w, %[[C]]
func.func @copy_when_unsafe(%x: tensor<5x5xf32>) attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<5x7xf32>
  %0 = nn.matmul %x, %w : tensor<5x5xf32>, tensor<5x7xf32>
  train.write @w, %0 : tensor<5x7xf32>
  return
}

// -----

train.parameter @w : tensor<7xf32> init #train.constant_init<value = 0.0>
// Each element of the result reads only its own: in place, no copy.
// CHECK-LABEL: func.func @no_copy
//       CHECK: rt.launch
//   CHECK-NOT: rt.launch
//       CHECK: train.write
func.func @no_copy(%g: tensor<7xf32>) attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<7xf32>
  %0 = nn.mul %w, %g : tensor<7xf32>
  %1 = nn.sub %w, %0 : tensor<7xf32>
  train.write @w, %1 : tensor<7xf32>
  return
}

// -----

train.parameter @a : tensor<7xf32> init #train.constant_init<value = 0.0>
train.parameter @b : tensor<7xf32> init #train.constant_init<value = 0.0>
// Swapping needs a copy: no order of two writes in place does it.
// CHECK-LABEL: func.func @swap
// CHECK-COUNT-3: rt.launch
func.func @swap() attributes {train.entry = #train.entry<train>} {
  %a = train.read @a : tensor<7xf32>
  %b = train.read @b : tensor<7xf32>
  train.write @a, %b : tensor<7xf32>
  train.write @b, %a : tensor<7xf32>
  return
}

// -----

train.parameter @w : tensor<7xf32> init #train.constant_init<value = 0.0>
// What is returned gets memory of its own, beside that of the parameter.
// CHECK-LABEL: func.func @written_and_returned
//       CHECK: %[[Y:.*]]:2 = rt.launch
//   CHECK-DAG: train.write @w, %[[Y]]#{{[01]}}
func.func @written_and_returned(%g: tensor<7xf32>) -> tensor<7xf32> attributes {train.entry = #train.entry<train>} {
  %w = train.read @w : tensor<7xf32>
  %0 = nn.sub %w, %g : tensor<7xf32>
  train.write @w, %0 : tensor<7xf32>
  return %0 : tensor<7xf32>
}

// -----

train.parameter @w : tensor<7xf32> init #train.constant_init<value = 0.0>
// An input is copied into the parameter.
// CHECK: rt.copy
// CHECK-LABEL: func.func @input_becomes_parameter
//       CHECK: %[[C:.*]] = rt.launch
//       CHECK: train.write @w, %[[C]]
func.func @input_becomes_parameter(%g: tensor<7xf32>) attributes {train.entry = #train.entry<train>} {
  train.write @w, %g : tensor<7xf32>
  return
}
