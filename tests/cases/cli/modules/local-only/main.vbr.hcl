module "part" {
  source = "./part"
}

output "word" {
  value = module.part.word
}
