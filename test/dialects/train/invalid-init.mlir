// RUN: gradus-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{value must be finite}}
train.parameter @constant_c1 : tensor<3xf32> init #train.constant_init<value = 0x7FF8000000000000>

// -----

// expected-error@+1 {{low and high must be finite}}
train.parameter @uniform_c1 : tensor<3xf32> init #train.uniform_init<low = 0.0, high = 0x7FF0000000000000>

// -----

// expected-error@+1 {{low is above high}}
train.parameter @uniform_c2 : tensor<3xf32> init #train.uniform_init<low = 0.5, high = -0.5>

// -----

// expected-error@+1 {{mean and stddev must be finite}}
train.parameter @normal_c1 : tensor<3xf32> init #train.normal_init<mean = 0x7FF0000000000000, stddev = 1.0>

// -----

// expected-error@+1 {{stddev is negative}}
train.parameter @normal_c2 : tensor<3xf32> init #train.normal_init<mean = 0.0, stddev = -1.0>

// -----

// expected-error@+1 {{expected ','}}
train.parameter @missing : tensor<3xf32> init #train.uniform_init<low = 0.5>

// -----

// expected-error@+1 {{a #train.constant_init, #train.uniform_init or #train.normal_init}}
train.parameter @other : tensor<3xf32> init #train.constant<rate = 1.0>
