"""The practice church: its words in three text files, `script` which reads them, and `story`
which turns them into rows. Only the seed comes in here."""
