// RUN: gradus-opt %s -split-input-file -verify-diagnostics

// expected-error@+1 {{a data part needs an input and a path}}
#part_c1_input = #train.data_part<input = "", path = "a">

// -----

// expected-error@+1 {{a data part needs an input and a path}}
#part_c1_path = #train.data_part<input = "x", path = "">

// -----

// expected-error@+1 {{'/etc/passwd' leaves the data folder}}
#part_c2_absolute = #train.data_part<input = "x", path = "/etc/passwd">

// -----

// expected-error@+1 {{'a/../../b' leaves the data folder}}
#part_c2_parent = #train.data_part<input = "x", path = "a/../../b">

// -----

// expected-error@+1 {{columns 3 to 2 are no range}}
#part_c3_order = #train.data_part<input = "x", path = "a", first = 3, last = 2>

// -----

// expected-error@+1 {{columns -1 to 2 are no range}}
#part_c3_negative = #train.data_part<input = "x", path = "a", first = -1, last = 2>

// -----

// expected-error@+1 {{shift is 2, not 0 or 1}}
#part_c4 = #train.data_part<input = "x", path = "a", shift = 2>

// -----

// expected-error@+1 {{scale must be finite and not 0}}
#part_c5 = #train.data_part<input = "x", path = "a", scale = 0.0>

// -----

// expected-error@+1 {{duplicate or unknown struct parameter name: collumn}}
#part_typo = #train.data_part<input = "x", path = "a", collumn = 3>

// -----

// expected-error@+1 {{a data source needs at least one part}}
#source_c1_none = #train.data_source<kind = npy, parts = []>

// -----

// expected-error@+1 {{input 'x' is fed twice}}
#source_c1_twice = #train.data_source<kind = npy, parts = [<input = "x", path = "a">, <input = "x", path = "b">]>

// -----

// expected-error@+1 {{only a csv source has a header and a delimiter}}
#source_c2_header = #train.data_source<kind = npy, header = true, parts = [<input = "x", path = "a">]>

// -----

// expected-error@+1 {{only a csv source has a header and a delimiter}}
#source_c2_delimiter = #train.data_source<kind = idx, delimiter = ";", parts = [<input = "x", path = "a">]>

// -----

// expected-error@+1 {{only parts of a csv source have columns}}
#source_c2_columns = #train.data_source<kind = text, parts = [<input = "x", path = "a", last = 3>]>

// -----

// expected-error@+1 {{only parts of a text source have a shift}}
#source_c3 = #train.data_source<kind = csv, parts = [<input = "x", path = "a", shift = 1>]>

// -----

// expected-error@+1 {{a delimiter is one character, not '::'}}
#source_c4 = #train.data_source<kind = csv, delimiter = "::", parts = [<input = "x", path = "a">]>

// -----

// expected-error@+2 {{expected one of [idx, npy, csv, text] for the format of data files, got: tsv}}
// expected-error@+1 {{failed to parse}}
#source_kind = #train.data_source<kind = tsv, parts = [<input = "x", path = "a">]>

// -----

// expected-error@+1 {{every_steps must not be negative}}
#checkpoint_c1 = #train.checkpoint<every_steps = -1, keep = 3>

// -----

// expected-error@+1 {{at least one checkpoint must be kept}}
#checkpoint_c2 = #train.checkpoint<keep = 0>

// -----

// expected-error@+1 {{epochs must be at least 1}}
#recipe_c1 = #train.recipe<epochs = 0>

// -----

// expected-error@+1 {{'train.recipe' must be a #train.recipe on a module}}
module attributes {train.recipe = {epochs = 5}} {
}

// -----

// expected-error@+1 {{'train.recipe' must be a #train.recipe on a module}}
func.func private @recipe_of_a_function() attributes {train.recipe = #train.recipe<epochs = 1>}
