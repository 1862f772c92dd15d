locals {
e=1
}
