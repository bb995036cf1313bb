"""What happens without anybody asking: texts leave, broadcasts are enlisted, doubts are settled."""
