// RUN: gradus-opt %s --reference-run

// Element 0 is Random123's known answer 0x6627e8d5.
func.func @zero_key() {
  %seed = nn.constant dense<0> : tensor<i64>
  %step = nn.constant dense<0> : tensor<i64>
  %y = nn.random_uniform %seed, %step stream 0 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.3990464210510254, 0.9722411632537842, 0.01944941282272339, 0.7873677611351013, 0.9345361590385437],
      [0.450326144695282, 0.7136122584342957, 0.658983051776886, 0.24912506341934204, 0.5894928574562073],
      [0.8416718244552612, 0.6287523508071899, 0.6456544995307922, 0.35497117042541504,
        0.032511115074157715]]> : tensor<3x5xf64>
  // Exact: 24 bits times a power of two.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

func.func @seed_step_stream() {
  %seed = nn.constant dense<42> : tensor<i64>
  %step = nn.constant dense<7> : tensor<i64>
  %y = nn.random_uniform %seed, %step stream 3 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.16961783170700073, 0.724693775177002, 0.8856551647186279, 0.21460026502609253, 0.1348387598991394],
      [0.5725336074829102, 0.17847579717636108, 0.4949384331703186, 0.39722347259521484, 0.02680259943008423],
      [0.8947502374649048, 0.6502425670623779, 0.4061119556427002, 0.988894522190094,
        0.8027746677398682]]> : tensor<3x5xf64>
  // Exact: 24 bits times a power of two.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}

// The upper halves of seed and step count.
func.func @wide_seed_and_step() {
  %seed = nn.constant dense<21474836489> : tensor<i64>
  %step = nn.constant dense<12884901889> : tensor<i64>
  %y = nn.random_uniform %seed, %step stream 2 : tensor<3x5xf64>
  %expected = nn.constant dense<
      [[0.7673766613006592, 0.6874316930770874, 0.5607936978340149, 0.1959044337272644, 0.2706184387207031],
      [0.16448867321014404, 0.18784284591674805, 0.8078223466873169, 0.866612434387207, 0.6320773959159851],
      [0.6645776629447937, 0.5524290204048157, 0.6287698745727539, 0.010004281997680664,
        0.7509216070175171]]> : tensor<3x5xf64>
  // Exact: 24 bits times a power of two.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}
