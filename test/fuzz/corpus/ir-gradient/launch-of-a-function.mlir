func.func @f(%a: memref<4xf32>, %b: memref<4xf32>, %begin: index, %end: index, %scratch: memref<0xi8>) {
  return
}
func.func @step(%x: tensor<4xf32>) attributes {train.entry = #train.entry<train>} {
  %0 = rt.launch @f(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = rt.launch @f(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return
}
