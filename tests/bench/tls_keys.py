"""What the largest step of one TLS handshake costs a device, for each kind of key that a site could use.

    python -m tests.bench.tls_keys

Real MicroPython on this machine against OpenSSL with TLS 1.2, ROUNDS handshakes each, driven like the device
drives them: one non-blocking write a turn. No loop, no MQTT. The least of the rounds is the computing itself,
the rest what a busy machine adds.
"""

import datetime as dt
import ssl
import subprocess
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from socket import create_server, socket

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from simulator.runtime import find_runtime

ROUNDS = 15
HOST = "broker.bench"
#: Authority, server and client, in bits of RSA; 0 is ECDSA with P-256, None is no certificate.
KINDS = ((0, 0, None), (2048, 2048, None), (3072, 2048, None), (3072, 3072, None),
         (0, 0, 0), (3072, 2048, 0), (3072, 2048, 2048))  # fmt: skip
DAY = dt.timedelta(days=1)
#: Runs in MicroPython: port, rounds, whether there is a client certificate.
PROGRAM = """
import gc, socket, sys, time, tls
context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
context.verify_mode = tls.CERT_REQUIRED
context.load_verify_locations(open("ca.der", "rb").read())
if sys.argv[3] == "1":
    context.load_cert_chain(open("client.der", "rb").read(), open("client.key", "rb").read())
for _ in range(int(sys.argv[2])):
    gc.collect()
    plain = socket.socket()
    plain.connect(socket.getaddrinfo("127.0.0.1", int(sys.argv[1]))[0][-1])
    plain.setblocking(False)
    stream = context.wrap_socket(plain, server_hostname="broker.bench", do_handshake_on_connect=False)
    largest = count = 0
    while not count:
        before = time.ticks_us()
        count = stream.write(b"x")
        largest = max(largest, time.ticks_diff(time.ticks_us(), before))
        time.sleep_ms(5)
    print(largest)
    stream.close()
"""


def new_key(bits: int) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Return a key of this kind."""
    return rsa.generate_private_key(65537, bits) if bits else ec.generate_private_key(ec.SECP256R1())


def certificate(subject: str, key, signer, *, is_authority: bool = False) -> x509.Certificate:
    """Return a certificate for `key`, signed by `signer`."""
    now = dt.datetime.now(dt.UTC)
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (subject, "Bench")]
    return (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def written(key, encoding: serialization.Encoding) -> bytes:
    """Return a key as the programs read it."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(encoding, form, serialization.NoEncryption())


def server_context(folder: Path, authority: int, server: int, client: int | None) -> ssl.SSLContext:
    """Make keys and certificates in `folder`; return the context of the server."""
    keys = [new_key(authority), new_key(server)]
    root = certificate("Bench", keys[0], keys[0], is_authority=True)
    (folder / "ca.der").write_bytes(root.public_bytes(serialization.Encoding.DER))
    pem = certificate("server", keys[1], keys[0]).public_bytes(serialization.Encoding.PEM)
    (folder / "server.pem").write_bytes(pem + written(keys[1], serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(folder / "server.pem")
    if client is not None:
        key = new_key(client)
        shown = certificate("client", key, keys[0]).public_bytes(serialization.Encoding.DER)
        (folder / "client.der").write_bytes(shown)
        (folder / "client.key").write_bytes(written(key, serialization.Encoding.DER))
        context.load_verify_locations(cadata=root.public_bytes(serialization.Encoding.DER))
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def serve(listener: socket, context: ssl.SSLContext) -> None:
    """Answer handshakes until the listener is closed."""
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as stream:
                stream.recv(1)


def largest_steps_ms(authority: int, server: int, client: int | None) -> list[float]:
    """Return the largest step of each handshake, sorted."""
    with tempfile.TemporaryDirectory() as scratch, create_server(("127.0.0.1", 0)) as listener:
        context = server_context(Path(scratch), authority, server, client)
        threading.Thread(target=serve, args=(listener, context), daemon=True).start()
        port, has_client = str(listener.getsockname()[1]), str(int(client is not None))
        (Path(scratch) / "client.py").write_text(PROGRAM)
        command = [*find_runtime("micropython").command, "client.py", port, str(ROUNDS), has_client]
        ran = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=True)
    return sorted(int(line) / 1000 for line in ran.stdout.split())


def main() -> None:
    """Measure every kind and print it."""
    for kinds in KINDS:
        steps = largest_steps_ms(*kinds)
        named = ["none" if bits is None else f"RSA-{bits}" if bits else "P-256" for bits in kinds]
        print(
            f"authority {named[0]:8} server {named[1]:8} client {named[2]:8} largest step: "
            f"least {steps[0]:5.1f} ms, median {steps[ROUNDS // 2]:5.1f} ms, worst {steps[-1]:5.1f} ms"
        )


if __name__ == "__main__":
    main()
