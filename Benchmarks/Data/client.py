"""A client that is just large enough to fill streams."""

import random
import socket


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")

    def send(self, *commands):
        frames = []
        for words in commands:
            words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
            frames.append(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        self.socket.sendall(b"".join(frames))
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.file.readline()
        if line[:1] == b"-":
            raise RuntimeError(line.decode())
        if line[:1] == b"$" and line != b"$-1\r\n":
            return self.file.read(int(line[1:]) + 2)[:-2]
        return line[1:-2]

    def used(self):
        (text,) = self.send(["INFO", "memory"])
        return int(next(line for line in text.split() if line.startswith(b"used_memory:"))[12:])

    def fill(self, key, count, size):
        while count > 0:
            batch = min(count, 500)
            self.send(*(["XADD", key, "*", "data", b"x" * (size() - 64), "sig", b"s" * 64] for _ in range(batch)))
            count -= batch
