output "word" {
  value = "part"
}
