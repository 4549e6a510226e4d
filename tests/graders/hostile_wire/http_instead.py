# story: A web server answers.
# ends: run.protocol
_end.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"3"')
