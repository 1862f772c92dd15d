provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "eu"
  region = "eu-central-1"
}

provider "azurerm" {
  features {}
}

provider "s3" {
  vendor     = "minio"
  endpoint   = "https://minio.example.com"
  access_key = "test"
  secret_key = "test"
}

provider "veeam" {
  powershell {
    transport = "ssh"
  }
}
