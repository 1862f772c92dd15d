override_resource {
  target = terraform_data.a
  values = {
    output = "over"
    id     = "the id"
    input  = "passed over"
  }
}
override_module {
  target = module.m
  outputs = {
    out = "given"
  }
}
run "apply" {
  assert {
    condition     = output.o == "over" && module.m.out == "given"
    error_message = "o is ${output.o}, m is ${module.m.out}"
  }
  assert {
    condition     = terraform_data.a.id == "the id" && terraform_data.a.input == "abc"
    error_message = "wrong"
  }
}
run "own" {
  plan_options {
    replace = [terraform_data.a]
  }
  override_resource {
    target = terraform_data.a
    values = {
      output = ["of another", "type"]
    }
  }
  assert {
    condition     = length(output.o) == 2
    error_message = "wrong"
  }
}
