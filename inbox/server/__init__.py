"""The processes: listening, running web and worker, and who may run on this data."""
