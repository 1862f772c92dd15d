resource "vbrprov_manual_step" "cable" {
  instruction         = "Plug in the cable of the tape library."
  destroy_instruction = "Pull it out."
  expect              = { port = "7" }
}

resource "vbrprov_data" "after" {
  input = vbrprov_manual_step.cable.reported
}
