// RUN: gradus-opt %s -split-input-file -verify-diagnostics

// One case for each constraint (C1, C2, …) of an op's description.

func.func @clamp_c1(%x: tensor<3xf32>) {
  // expected-error@+1 {{the low bound must not be above the high one}}
  %0 = nn.clamp %x from 1.0 to -1.0 : tensor<3xf32>
  return
}

// -----

func.func @reverse_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.reverse %x dims [2] : tensor<2x3xf32>
  return
}

// -----

func.func @iota_c1() {
  // expected-error@+1 {{dim 2 is outside of rank 2}}
  %0 = nn.iota dim 2 : tensor<2x3xi32>
  return
}

// -----

func.func @broadcast_element_type(%x: tensor<3xf32>) {
  // expected-error@+1 {{must keep the element type}}
  %0 = nn.broadcast %x dims [1] : tensor<3xf32> -> tensor<2x3xf64>
  return
}

// -----

func.func @broadcast_c1_count(%x: tensor<3xf32>) {
  // expected-error@+1 {{dims must name one result dimension for each of the 1 input dimensions, in increasing order}}
  %0 = nn.broadcast %x dims [0, 1] : tensor<3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_c1_order(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must name one result dimension for each of the 2 input dimensions, in increasing order}}
  %0 = nn.broadcast %x dims [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  return
}

// -----

func.func @broadcast_c1_range(%x: tensor<3xf32>) {
  // expected-error@+1 {{dims must name one result dimension}}
  %0 = nn.broadcast %x dims [2] : tensor<3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @broadcast_c2(%x: tensor<3xf32>) {
  // expected-error@+1 {{input dimension 0 has size 3 but result dimension 0 has size 2}}
  %0 = nn.broadcast %x dims [0] : tensor<3xf32> -> tensor<2x3xf32>
  return
}

// -----

func.func @reshape_c1_count(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{cannot turn 'tensor<2x3xf32>' into 'tensor<5xf32>': the elements differ in number or type}}
  %0 = nn.reshape %x : tensor<2x3xf32> -> tensor<5xf32>
  return
}

// -----

func.func @reshape_c1_type(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{the elements differ in number or type}}
  %0 = nn.reshape %x : tensor<2x3xf32> -> tensor<6xi32>
  return
}

// -----

func.func @transpose_c1_twice(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{perm is not a permutation of the input's 2 dimensions}}
  %0 = nn.transpose %x perm [0, 0] : tensor<2x3xf32>
  return
}

// -----

func.func @transpose_c1_missing(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{perm is not a permutation of the input's 2 dimensions}}
  %0 = nn.transpose %x perm [1] : tensor<2x3xf32>
  return
}

// -----

func.func @transpose_c1_range(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{perm is not a permutation of the input's 2 dimensions}}
  %0 = nn.transpose %x perm [1, 2] : tensor<2x3xf32>
  return
}

// -----

func.func @slice_c1(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{needs one start, limit and stride for each of the 2 dimensions}}
  %0 = nn.slice %x from [0] to [4, 5] by [1, 1] : tensor<4x5xf32>
  return
}

// -----

func.func @slice_c2_limit(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{slice 0 to 6 by 1 does not fit dimension 1 of size 5}}
  %0 = nn.slice %x from [0, 0] to [4, 6] by [1, 1] : tensor<4x5xf32>
  return
}

// -----

func.func @slice_c2_empty(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{slice 2 to 2 by 1 does not fit dimension 0 of size 4}}
  %0 = nn.slice %x from [2, 0] to [2, 5] by [1, 1] : tensor<4x5xf32>
  return
}

// -----

func.func @slice_c2_stride(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{slice 0 to 4 by 0 does not fit dimension 0 of size 4}}
  %0 = nn.slice %x from [0, 0] to [4, 5] by [0, 1] : tensor<4x5xf32>
  return
}

// -----

func.func @pad_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{needs one low, stride and size for each of the 2 dimensions}}
  %0 = nn.pad %x low [0, 0] by [1] size [2, 3] : tensor<2x3xf32>
  return
}

// -----

func.func @pad_c2(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{elements land outside of dimension 1 of size 5}}
  %0 = nn.pad %x low [0, 1] by [1, 2] size [2, 5] : tensor<2x3xf32>
  return
}

// -----

func.func @pad_c2_low(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{elements land outside of dimension 0 of size 4}}
  %0 = nn.pad %x low [-1, 0] by [1, 1] size [4, 3] : tensor<2x3xf32>
  return
}

// -----

// Where the last element lands is beyond 64 bits.
func.func @pad_c2_overflow(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{elements land outside of dimension 0 of size 4}}
  %0 = nn.pad %x low [1, 0] by [9223372036854775807, 1] size [4, 3] : tensor<2x3xf32>
  return
}

// -----

func.func @concat_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim 2 is outside of rank 2}}
  %0 = nn.concat %x, %x dim 2 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

func.func @concat_c1_negative(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim -1 is outside of rank 2}}
  %0 = nn.concat %x, %x dim -1 : tensor<2x3xf32>, tensor<2x3xf32>
  return
}

// -----

func.func @concat_c2_size(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) {
  // expected-error@+1 {{cannot join 'tensor<2x4xf32>' to 'tensor<2x3xf32>' along dimension 0}}
  %0 = nn.concat %x, %y dim 0 : tensor<2x3xf32>, tensor<2x4xf32>
  return
}

// -----

func.func @concat_c2_type(%x: tensor<2x3xf32>, %y: tensor<2x3xf64>) {
  // expected-error@+1 {{cannot join 'tensor<2x3xf64>' to 'tensor<2x3xf32>'}}
  %0 = nn.concat %x, %y dim 0 : tensor<2x3xf32>, tensor<2x3xf64>
  return
}

// -----

func.func @concat_of_nothing() {
  // expected-error@+2 {{needs at least one input}}
  // expected-error@+1 {{failed to infer returned types}}
  %0 = "nn.concat"() <{dim = 0 : i64}> : () -> tensor<2xf32>
  return
}

// -----

func.func @gather_c1(%x: tensor<f32>, %i: tensor<4xi32>) {
  // expected-error@+1 {{table must have rank >= 1}}
  %0 = nn.gather %x[%i] : tensor<f32>, tensor<4xi32>
  return
}

// -----

func.func @scatter_add_c1(%u: tensor<4x3xf32>, %i: tensor<5xi32>) {
  // expected-error@+1 {{updates must have the shape of the indices followed by that of a table row}}
  %0 = nn.scatter_add %u at %i : tensor<4x3xf32>, tensor<5xi32> -> tensor<9x3xf32>
  return
}

// -----

func.func @scatter_add_rank(%u: tensor<4xf32>, %i: tensor<4xi32>) {
  // expected-error@+1 {{result must have rank >= 1}}
  %0 = nn.scatter_add %u at %i : tensor<4xf32>, tensor<4xi32> -> tensor<f32>
  return
}

// -----

func.func @one_hot_c1(%i: tensor<4xi32>) {
  // expected-error@+1 {{result must have the shape of the indices and one more dimension}}
  %0 = nn.one_hot %i : tensor<4xi32> -> tensor<5x4xf32>
  return
}

// -----

func.func @matmul_c1(%l: tensor<3x5xf32>, %r: tensor<5x7xf64>) {
  // expected-error@+1 {{operands differ in element type: 'tensor<3x5xf32>' and 'tensor<5x7xf64>'}}
  %0 = nn.matmul %l, %r : tensor<3x5xf32>, tensor<5x7xf64>
  return
}

// -----

func.func @matmul_c2_rank(%l: tensor<2x3x5xf32>, %r: tensor<5x7xf32>) {
  // expected-error@+1 {{operands must have equal rank of at least 2 and equal batch dimensions}}
  %0 = nn.matmul %l, %r : tensor<2x3x5xf32>, tensor<5x7xf32>
  return
}

// -----

func.func @matmul_c2_vectors(%l: tensor<5xf32>, %r: tensor<5xf32>) {
  // expected-error@+1 {{operands must have equal rank of at least 2}}
  %0 = nn.matmul %l, %r : tensor<5xf32>, tensor<5xf32>
  return
}

// -----

func.func @matmul_c2_batch(%l: tensor<2x3x5xf32>, %r: tensor<4x5x7xf32>) {
  // expected-error@+1 {{equal batch dimensions}}
  %0 = nn.matmul %l, %r : tensor<2x3x5xf32>, tensor<4x5x7xf32>
  return
}

// -----

func.func @matmul_c4(%l: tensor<3x5xf64>, %r: tensor<5x7xf64>) {
  // expected-error @+1 {{precision tf32 needs f32 operands, not 'tensor<3x5xf64>'}}
  %0 = nn.matmul %l, %r precision tf32 : tensor<3x5xf64>, tensor<5x7xf64>
  return
}

// -----

func.func @matmul_c3(%l: tensor<3x5xf32>, %r: tensor<4x7xf32>) {
  // expected-error@+1 {{contracted dimensions differ: 5 and 4}}
  %0 = nn.matmul %l, %r : tensor<3x5xf32>, tensor<4x7xf32>
  return
}

// -----

func.func @matmul_c3_transposed(%l: tensor<3x5xf32>, %r: tensor<7x4xf32>) {
  // expected-error@+1 {{contracted dimensions differ: 3 and 4}}
  %0 = nn.matmul %l, %r transpose_lhs transpose_rhs : tensor<3x5xf32>, tensor<7x4xf32>
  return
}

// -----

func.func @reduce_c1_order(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.reduce sum %x dims [1, 0] : tensor<2x3xf32>
  return
}

// -----

func.func @reduce_c1_range(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.reduce max %x dims [2] : tensor<2x3xf32>
  return
}

// -----

func.func @argmax_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim 2 is outside of rank 2}}
  %0 = nn.argmax %x dim 2 : tensor<2x3xf32> -> tensor<2xi32>
  return
}

// -----

func.func @argmax_c2(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{result must have the input's shape without dimension 1}}
  %0 = nn.argmax %x dim 1 : tensor<2x3xf32> -> tensor<3xi32>
  return
}

// -----

func.func @softmax_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim -1 is outside of rank 2}}
  %0 = nn.softmax %x dim -1 : tensor<2x3xf32>
  return
}

// -----

func.func @log_softmax_c1(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{dim 2 is outside of rank 2}}
  %0 = nn.log_softmax %x dim 2 : tensor<2x3xf32>
  return
}

// -----

func.func @softmax_cross_entropy_c1(%x: tensor<2x3xf32>, %l: tensor<3xi32>) {
  // expected-error@+1 {{labels must have the shape of the logits without the last dimension}}
  %0 = nn.softmax_cross_entropy %x, %l : tensor<2x3xf32>, tensor<3xi32>
  return
}

// -----

func.func @dropout_c1_one(%x: tensor<3xf32>, %s: tensor<i64>) {
  // expected-error@+1 {{rate must be at least 0 and below 1}}
  %0 = nn.dropout %x, %s, %s rate 1.0 stream 0 : tensor<3xf32>
  return
}

// -----

func.func @dropout_c1_negative(%x: tensor<3xf32>, %s: tensor<i64>) {
  // expected-error@+1 {{rate must be at least 0 and below 1}}
  %0 = nn.dropout %x, %s, %s rate -0.5 stream 0 : tensor<3xf32>
  return
}

// -----

func.func @dropout_c1_nan(%x: tensor<3xf32>, %s: tensor<i64>) {
  // expected-error@+1 {{rate must be at least 0 and below 1}}
  %0 = nn.dropout %x, %s, %s rate 0x7FF8000000000000 stream 0 : tensor<3xf32>
  return
}

// -----

func.func @logsumexp_c1_order(%x: tensor<3x5xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.logsumexp %x dims [1, 0] : tensor<3x5xf32>
  return
}

// -----

func.func @logsumexp_c1_range(%x: tensor<3x5xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.logsumexp %x dims [2] : tensor<3x5xf32>
  return
}

// -----

func.func @window_c1(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{dims are not increasing, or outside of the rank}}
  %0 = nn.window %x dims [1, 1] size [2, 2] stride [1, 1] dilation [1, 1] at 2 : tensor<4x5xf32>
  return
}

// -----

func.func @window_c1_size(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{needs a size, stride and dilation of at least 1 for each of dims}}
  %0 = nn.window %x dims [1] size [2] stride [0] dilation [1] at 2 : tensor<4x5xf32>
  return
}

// -----

func.func @window_c2(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{at is outside of the rank}}
  %0 = nn.window %x dims [1] size [2] stride [1] dilation [1] at 3 : tensor<4x5xf32>
  return
}

// -----

func.func @window_c3(%x: tensor<4x5xf32>) {
  // expected-error@+1 {{a window does not fit dimension 1 of size 5}}
  %0 = nn.window %x dims [1] size [3] stride [1] dilation [9223372036854775807] at 2 : tensor<4x5xf32>
  return
}

// -----

func.func @sum_windows_c1(%w: tensor<2x3xf32>) {
  // expected-error@+1 {{the windows of 'tensor<5xf32>' are 'tensor<2x2xf32>', not 'tensor<2x3xf32>'}}
  %0 = nn.sum_windows %w dims [0] size [2] stride [3] dilation [1] at 1 : tensor<2x3xf32> -> tensor<5xf32>
  return
}

// -----

func.func @affine_read_c1(%x: tensor<9xf32>) {
  // expected-error@+1 {{needs a linear map from an index of the result to one of the input}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i floordiv 2)> : tensor<9xf32> -> tensor<9xf32>
  return
}

// -----

func.func @affine_read_c2(%x: tensor<9xf32>) {
  // expected-error@+1 {{reads outside of dimension 0 of size 9}}
  %0 = nn.affine_read %x through affine_map<(i) -> (8 - 3 * i)> : tensor<9xf32> -> tensor<4xf32>
  return
}

// -----

func.func @affine_read_c3(%x: tensor<9xf32>) {
  // expected-error@+1 {{every needs an else, and a positive number for each dimension of the input}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i)> every [2] : tensor<9xf32> -> tensor<9xf32>
  return
}

// -----

func.func @affine_read_c3_positive(%x: tensor<9xf32>) {
  // expected-error@+1 {{every needs an else, and a positive number for each dimension of the input}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i)> every [0] else 0.0 : tensor<9xf32> -> tensor<9xf32>
  return
}

// -----

func.func @affine_read_large(%x: tensor<9xf32>) {
  // expected-error@+1 {{needs indices of 64 bits}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i * 4611686018427387904)> else 0.0 : tensor<9xf32> -> tensor<9xf32>
  return
}

// -----

func.func @affine_read_every_large(%x: tensor<9xf32>) {
  // expected-error@+1 {{needs indices of 64 bits}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i)> every [4611686018427387904] else 0.0 : tensor<9xf32> -> tensor<9xf32>
  return
}

// -----

func.func @affine_read_type(%x: tensor<9xf32>) {
  // expected-error@+1 {{changes the element type}}
  %0 = nn.affine_read %x through affine_map<(i) -> (i)> : tensor<9xf32> -> tensor<9xi32>
  return
}

// -----

func.func @normalize_c1(%x: tensor<4x9xf32>) {
  // expected-error@+1 {{dims must be strictly increasing, not empty, and within rank 2}}
  %0 = nn.normalize %x dims [1, 0] epsilon 1.0e-5 : tensor<4x9xf32>
  return
}

// -----

func.func @normalize_c1_empty(%x: tensor<4x9xf32>) {
  // expected-error@+1 {{dims must be strictly increasing, not empty, and within rank 2}}
  %0 = nn.normalize %x dims [] epsilon 1.0e-5 : tensor<4x9xf32>
  return
}

// -----

func.func @normalize_c2(%x: tensor<4x9xf32>) {
  // expected-error@+1 {{epsilon must be finite and not negative}}
  %0 = nn.normalize %x dims [1] epsilon -1.0e-5 : tensor<4x9xf32>
  return
}

// -----

func.func @conv_c1(%x: tensor<4x9x3xf32>, %w: tensor<5x3x2xf32>) {
  // expected-error@+1 {{needs [batch, size…, channels] and [result channels, kernel…, channels], not 'tensor<4x9x3xf32>' and 'tensor<5x3x2xf32>'}}
  %0 = nn.conv %x, %w stride [1] dilation [1] : tensor<4x9x3xf32>, tensor<5x3x2xf32>
  return
}

// -----

func.func @conv_c2(%x: tensor<4x9x3xf32>, %w: tensor<5x3x3xf32>) {
  // expected-error@+1 {{needs a stride and a dilation for each of 1 sizes}}
  %0 = nn.conv %x, %w stride [1, 1] dilation [1] : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  return
}

// -----

func.func @conv_c2_fit(%x: tensor<4x9x3xf32>, %w: tensor<5x3x3xf32>) {
  // expected-error@+1 {{the kernel does not fit dimension 1 of size 9}}
  %0 = nn.conv %x, %w stride [1] dilation [5] : tensor<4x9x3xf32>, tensor<5x3x3xf32>
  return
}

// -----

func.func @conv_c3(%x: tensor<4x9x3xf64>, %w: tensor<5x3x3xf64>) {
  // expected-error@+1 {{precision tf32 needs f32 operands, not 'tensor<4x9x3xf64>'}}
  %0 = nn.conv %x, %w stride [1] dilation [1] precision tf32 : tensor<4x9x3xf64>, tensor<5x3x3xf64>
  return
}

// -----

func.func @contract_c1(%x: tensor<4x9xf32>, %w: tensor<6x5xf32>) {
  // expected-error@+1 {{needs a linear map}}
  %0 = nn.contract %x, %w rows [4, 7] terms [6] through affine_map<(b, o) -> (b, o)> : tensor<4x9xf32>, tensor<6x5xf32>
  return
}

// -----

func.func @contract_c2(%x: tensor<4x9xf32>, %w: tensor<6x5xf32>) {
  // expected-error@+1 {{reads outside of dimension 1 of size 9}}
  %0 = nn.contract %x, %w rows [4, 7] terms [6] through affine_map<(b, o, k) -> (b, o + k)> : tensor<4x9xf32>, tensor<6x5xf32>
  return
}

// -----

func.func @contract_c3(%x: tensor<4x9xf32>, %w: tensor<5x3xf32>) {
  // expected-error@+1 {{the rhs must be a matrix with 3 terms of the lhs's element type, not 'tensor<5x3xf32>'}}
  %0 = nn.contract %x, %w rows [4, 7] terms [3] through affine_map<(b, o, k) -> (b, o + k)> : tensor<4x9xf32>, tensor<5x3xf32>
  return
}

// -----

func.func @contract_terms(%x: tensor<4x9xf32>, %w: tensor<5x3xf32>) {
  // expected-error@+1 {{rows and terms must be positive}}
  %0 = nn.contract %x, %w rows [4, 0] terms [3] through affine_map<(b, o, k) -> (b, o + k)> : tensor<4x9xf32>, tensor<5x3xf32>
  return
}
