"""How a panel checks a decision before it opens anything; needs python3 and openssl (3.0 or newer) and nothing else.

    python3 verify_decision.py PUBLIC_KEY NONCE STATE_FILE [NOW] < decision.json

PUBLIC_KEY as `GET /v1/device` gives it, fetched once when the terminal is set up, over a connection that is trusted.
NONCE as the panel sent it with its request. STATE_FILE keeps the highest serial that was accepted from this terminal.
NOW (ISO 8601) is for tests. Prints what was decided and ends with 0, or prints why it is refused and ends with 1.
"""
import base64
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

# Clocks of terminal and panel may differ by so much.
TOLERANCE = timedelta(seconds=60)
# What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410).
DER_HEAD = bytes.fromhex("302a300506032b6570032100")


def refusal_of(decision, public_key, nonce, last_serial, now):
    """Why the decision is refused; None when it holds."""
    signed = {name: value for name, value in decision.items() if name != "signature"}
    if not signature_holds(canonical(signed), decision.get("signature", ""), public_key):
        return "bad-signature"
    if decision["nonce"] != nonce:
        return "other-nonce"
    if moment(decision["expiresAt"]) <= now:
        return "stale"
    if moment(decision["decidedAt"]) > now + TOLERANCE:
        return "from-the-future"
    # A denial that could not be recorded has the serial 0; a grant always has its own.
    if decision["serial"] == 0 and decision["decision"] != "grant":
        return None
    return None if decision["serial"] > last_serial else "replayed"


def canonical(value):
    """RFC 8785 for a flat object of strings and whole numbers: members in UTF-16 order of their names, no space."""
    members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
    return json.dumps(dict(members), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def signature_holds(text, signature, public_key):
    with tempfile.TemporaryDirectory() as folder:
        parts = {
            "text": text,
            "signature": base64.b64decode(signature),
            "key": DER_HEAD + base64.b64decode(public_key),
        }
        for name, content in parts.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key"]
        command += ["-rawin", "-in", "text", "-sigfile", "signature"]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


def moment(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def last_serial_in(state_file):
    try:
        with open(state_file, encoding="ascii") as file:
            return int(file.read())
    except FileNotFoundError:
        return 0


def main():
    public_key, nonce, state_file, *rest = sys.argv[1:]
    now = moment(rest[0]) if rest else datetime.now(timezone.utc)
    decision = json.load(sys.stdin)
    last_serial = last_serial_in(state_file)
    refusal = refusal_of(decision, public_key, nonce, last_serial, now)
    if refusal is None and decision["serial"] > last_serial:
        # Noted before the door opens, and whole: a panel that loses power must not accept it again.
        with open(state_file + ".part", "w", encoding="ascii") as file:
            file.write(str(decision["serial"]))
            file.flush()
            os.fsync(file.fileno())
        os.replace(state_file + ".part", state_file)
    print(decision["decision"] if refusal is None else f"refused: {refusal}")
    return 0 if refusal is None else 1


if __name__ == "__main__":
    sys.exit(main())
