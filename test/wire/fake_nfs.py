# SPDX-License-Identifier: Apache-2.0
"""Servers that answer NFSv4.0 COMPOUND as a test wants it, well or badly, on a loopback address. Written from RFC 5531
(RPC), RFC 4506 (XDR) and RFC 7530 (NFSv4), only as much as PUTROOTFH, LOOKUP and GETATTR need."""
import socket
import struct
import threading
import time

PORT = 2049
OK, PERM, NOENT, ACCESS, WRONGSEC, MOVED, MINOR_VERS_MISMATCH = 0, 1, 2, 13, 10016, 10019, 10021
PUTROOTFH, LOOKUP, GETATTR = 24, 15, 9
TYPE, FH_EXPIRE_TYPE, FSID, LEASE_TIME, RDATTR_ERROR, FS_LOCATIONS = 1, 2, 8, 10, 11, 24


def u32(*numbers):
    return struct.pack(f">{len(numbers)}I", *numbers)


def opaque(data):
    return u32(len(data)) + data + bytes(-len(data) % 4)


def array(items):
    return u32(len(items)) + b"".join(items)


def pathname(path):
    return array([opaque(part.encode()) for part in path.split("/") if part])


def fs_locations(root, locations):
    """`locations`: [(server, rootpath)], or [([server, ...], rootpath)]"""
    entries = []
    for servers, rootpath in locations:
        names = [servers] if isinstance(servers, str) else servers
        entries.append(array([opaque(name.encode()) for name in names]) + pathname(rootpath))
    return pathname(root) + array(entries)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def u32(self):
        self.at += 4
        return struct.unpack_from(">I", self.data, self.at - 4)[0]

    def opaque(self):
        length = self.u32()
        value = self.data[self.at:self.at + length]
        self.at += (length + 3) // 4 * 4
        return value


class Call:
    """A CALL with its COMPOUND."""

    def __init__(self, record, peer):
        reader = Reader(record)
        self.peer_port = peer[1]
        self.xid, self.direction, self.rpc, self.program, self.version, self.procedure = (reader.u32() for _ in range(6))
        self.flavor, self.credentials = reader.u32(), reader.opaque()
        reader.u32(), reader.opaque()  # the verifier
        reader.opaque()  # the tag
        self.minor_version = reader.u32()
        self.operations = []
        for _ in range(reader.u32()):
            number = reader.u32()
            if number == LOOKUP:
                self.operations.append((number, reader.opaque().decode()))
            elif number == GETATTR:
                words = [reader.u32() for _ in range(reader.u32())]
                self.operations.append((number, {32 * i + bit for i, word in enumerate(words)
                                                 for bit in range(32) if word >> bit & 1}))
            else:
                self.operations.append((number, None))


def record(reply):
    return u32(0x80000000 | len(reply)) + reply


def accepted(call, body, status=0):
    return u32(call.xid, 1, 0, 0, 0, status) + body


def denied(call, *reason):
    """MSG_DENIED; reason: AUTH_ERROR (1) and why, or RPC_MISMATCH (0) and two versions."""
    return u32(call.xid, 1, 1, *reason)


class Export:
    """What an honest server knows. Any of it can be a function of the connection's number, counted from 0."""

    def __init__(self, path="/install", locations=(), root=None, fsid=(7, 7), lease=90, expire=0, rdattr=OK,
                 status=None, without=(), bytes_of=lambda attributes: attributes):
        self.path, self.locations, self.root = path, locations, root or path
        self.fsid, self.lease, self.expire, self.rdattr = fsid, lease, expire, rdattr
        self.status = status or {}  # {path: status of the LOOKUP that leads there}; "" is PUTROOTFH, "GETATTR" that
        self.without, self.bytes_of = without, bytes_of

    def attributes(self, wanted, number):
        locations = self.locations(number) if callable(self.locations) else self.locations
        values = {TYPE: u32(2), FH_EXPIRE_TYPE: u32(self.expire), FSID: struct.pack(">QQ", *self.fsid),
                  LEASE_TIME: u32(self.lease), RDATTR_ERROR: u32(self.rdattr)}
        if locations is not None:
            values[FS_LOCATIONS] = fs_locations(self.root, locations)
        given = sorted(set(values) & wanted - set(self.without))
        mask = 0
        for bit in given:
            mask |= 1 << bit
        return array([u32(mask)]) + opaque(self.bytes_of(b"".join(values[bit] for bit in given)))

    def compound(self, call, number):
        results, here, status = [], "", OK
        if call.minor_version != 0:
            return u32(MINOR_VERS_MISMATCH) + opaque(b"") + array([])
        for operation, argument in call.operations:
            body = b""
            if operation == PUTROOTFH:
                status = self.status.get("", OK)
            elif operation == LOOKUP:
                here += "/" + argument
                status = self.status.get(here, OK if (self.path + "/").startswith(here + "/") else NOENT)
            elif operation == GETATTR:
                status = self.status.get("GETATTR", OK)
                body = self.attributes(argument, number) if status == OK else b""
            results.append(u32(operation, status) + body)
            if status != OK:
                break
        return u32(status) + opaque(b"") + array(results)

    def __call__(self, call, number):
        return accepted(call, self.compound(call, number))


class FakeServer:
    """Answers each connection in a thread. `answer`: function(call, number of the connection) -> the reply without its
    record mark, or None for silence. `speak`: function(socket, number) instead, for all that is no answer."""

    def __init__(self, address, answer=None, speak=None, backlog=64):
        self.address, self.answer, self.speak = address, answer, speak or self.answer_calls
        self.seen, self.calls = 0, []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, PORT))
        self.listener.listen(backlog)
        self.open, self.closed = [], False
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while not self.closed:
            try:
                connection, peer = self.listener.accept()
            except OSError:
                return
            self.open.append(connection)
            number, self.seen = self.seen, self.seen + 1
            threading.Thread(target=self.serve, args=(connection, number, peer), daemon=True).start()

    def serve(self, connection, number, peer):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peer = peer
        try:
            self.speak(connection, number)
        except (OSError, struct.error):
            pass

    def next_call(self, connection):
        mark = connection.recv(4, socket.MSG_WAITALL)
        if len(mark) < 4:
            raise OSError("closed")
        data = connection.recv(struct.unpack(">I", mark)[0] & 0x7FFFFFFF, socket.MSG_WAITALL)
        call = Call(data, connection.getpeername())
        self.calls.append(call)
        return call

    def answer_calls(self, connection, number):
        while True:
            call = self.next_call(connection)
            reply = self.answer(call, number)
            if reply is not None:
                connection.sendall(record(reply))

    def close(self):
        self.closed = True
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        for connection in self.open:
            connection.close()


class BlackHole:
    """Takes no connection and refuses none: its queue is full, so the kernel drops each SYN."""

    def __init__(self, address):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, PORT))
        self.listener.listen(0)
        self.queued = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex((address, PORT))
            self.queued.append(waiting)
        time.sleep(0.05)

    def close(self):
        for waiting in (*self.queued, self.listener):
            waiting.close()
