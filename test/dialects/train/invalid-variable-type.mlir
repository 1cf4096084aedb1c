// RUN: gradus-opt %s -split-input-file -verify-diagnostics
// A variable is a tensor of static shape; rt-plan-arena casts to one unasked.

// expected-error@+1 {{tensor}}
train.parameter @scalar : i32 init #train.constant_init<value = 0.0>

// -----

// expected-error@+1 {{tensor}}
train.parameter @dynamic : tensor<?xf32> init #train.constant_init<value = 0.0>

// -----

// expected-error@+1 {{tensor}}
train.state @scalar : i32
