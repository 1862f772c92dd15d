output "word" {
  value = "local"
}
