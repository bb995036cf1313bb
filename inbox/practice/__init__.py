"""The practice church: text files, `script`, which reads them, and `story`, which turns them into
rows. Only the seed imports this.
"""
