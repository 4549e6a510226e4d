"""How values cross between two processes: frames, codecs, linked containers, and the conversation itself."""
