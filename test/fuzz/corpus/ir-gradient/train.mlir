module @t attributes {rt.recipe_hash = "7bf4b0f0b0a6ae23e9b94a3c7de7773718fdb121af82811e201cc8a662356b9a", train.recipe = #train.recipe<epochs = 1, data = <source = <kind = npy, parts = [<input = "x", path = "x">, <input = "t", path = "t">]>>>} {
  train.parameter @y.weight : tensor<1x2xf32> init #train.uniform_init<low = -0.70710678118654746, high = 0.70710678118654746>
  func.func @train(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<f32> {train.name = "loss"}, tensor<f64> {train.name = "lr"}) attributes {train.entry = #train.entry<train>} {
    %0 = nn.constant dense<1.000000e-01> : tensor<1x2xf32>
    %1 = nn.constant dense<0.333333343> : tensor<3x1xf32>
    %2 = nn.constant dense<1.000000e-01> : tensor<f64>
    %3 = nn.constant dense<0.333333343> : tensor<f32>
    %4 = train.read @y.weight : tensor<1x2xf32>
    %5 = nn.matmul %arg0, %4 transpose_rhs : tensor<3x2xf32>, tensor<1x2xf32>
    %6 = nn.sub %5, %arg1 : tensor<3x1xf32>
    %7 = nn.mul %6, %6 : tensor<3x1xf32>
    %8 = nn.reduce sum %7 dims [0, 1] : tensor<3x1xf32>
    %9 = nn.mul %8, %3 : tensor<f32>
    %10 = nn.mul %6, %1 : tensor<3x1xf32>
    %11 = nn.add %10, %10 : tensor<3x1xf32>
    %12 = nn.matmul %11, %arg0 transpose_lhs : tensor<3x1xf32>, tensor<3x2xf32>
    %13 = nn.mul %12, %0 : tensor<1x2xf32>
    %14 = nn.sub %4, %13 : tensor<1x2xf32>
    train.write @y.weight, %14 : tensor<1x2xf32>
    return %9, %2 : tensor<f32>, tensor<f64>
  }
  func.func @eval(%arg0: tensor<3x2xf32> {train.name = "x"}, %arg1: tensor<3x1xf32> {train.name = "t"}) -> (tensor<3xf32> {train.name = "loss"}) attributes {train.entry = #train.entry<eval>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = nn.matmul %arg0, %0 transpose_rhs : tensor<3x2xf32>, tensor<1x2xf32>
    %2 = nn.sub %1, %arg1 : tensor<3x1xf32>
    %3 = nn.mul %2, %2 : tensor<3x1xf32>
    %4 = nn.reduce sum %3 dims [1] : tensor<3x1xf32>
    return %4 : tensor<3xf32>
  }
  func.func @predict(%arg0: tensor<1x2xf32> {train.name = "x"}) -> (tensor<1x1xf32> {train.name = "output"}) attributes {train.entry = #train.entry<predict>} {
    %0 = train.read @y.weight : tensor<1x2xf32>
    %1 = nn.matmul %arg0, %0 transpose_rhs : tensor<1x2xf32>, tensor<1x2xf32>
    return %1 : tensor<1x1xf32>
  }
}
