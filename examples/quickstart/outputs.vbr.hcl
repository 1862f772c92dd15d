output "repository_id" {
  value       = veeam_amazon_s3_repository.backup.id
  description = "Id of the repository in Veeam Backup & Replication."
}

output "backup_server" {
  value       = data.veeam_backup_server.this.name
  description = "The backup server that was configured."
}
