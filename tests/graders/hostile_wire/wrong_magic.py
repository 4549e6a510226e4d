# story: Another magic.
# ends: run.protocol
put(['=', '', [''], [], [], [], [], {}], magic=b'ljx2')
