#!/usr/bin/env python3
"""Writes conformance/vectors/jwt.json and jwt-hostile.json with a second implementation of JWT.

Run it by hand when a case is added; PS256 and ES256 signatures are random, so every run changes those.
Needs python3-cryptography. `now` of every token is 1700000000 unless the case says otherwise.
"""
import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

NOW = 1700000000
OUT = pathlib.Path(__file__).resolve().parents[2] / "conformance" / "vectors"
SECRET = "uploadproto-test-secret-of-thirty-two-bytes"


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(unb64(text), "big")


# RFC 7515 A.2 (RSA), A.3 (EC), RFC 8037 A.1 (Ed25519): keys that the RFCs publish.
RSA_JWK = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
}
RSA_P = "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
EC_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
EC_D = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"
ED_JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ED_D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
OCT_JWK = {
    "kty": "oct",
    "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
}


def rsa_key():
    n, e, p = number(RSA_JWK["n"]), 65537, number(RSA_P)
    q = n // p
    d = pow(e, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), rsa.RSAPublicNumbers(e, n)
    ).private_key()


RSA = rsa_key()
EC = ec.EllipticCurvePrivateNumbers(
    number(EC_D), ec.EllipticCurvePublicNumbers(number(EC_JWK["x"]), number(EC_JWK["y"]), ec.SECP256R1())
).private_key()
ED = ed25519.Ed25519PrivateKey.from_private_bytes(unb64(ED_D))


def public_pem(key):
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()


def private_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def raw_ecdsa(der):
    r, s = utils.decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def hs(name, secret):
    secret = secret.encode() if isinstance(secret, str) else secret
    return lambda data: hmac.new(secret, data, name).digest()


def pss(salt):
    return padding.PSS(padding.MGF1(hashes.SHA256()), salt)


SIGN = {
    "HS256": hs("sha256", SECRET),
    "HS384": hs("sha384", SECRET * 2),
    "HS512": hs("sha512", SECRET * 2),
    "RS256": lambda data: RSA.sign(data, padding.PKCS1v15(), hashes.SHA256()),
    "PS256": lambda data: RSA.sign(data, pss(32), hashes.SHA256()),
    "ES256": lambda data: raw_ecdsa(EC.sign(data, ec.ECDSA(hashes.SHA256()))),
    "EdDSA": ED.sign,
}
KEYS = {
    "HS256": {"secret": SECRET},
    "HS384": {"secret": SECRET * 2, "alg": "HS384"},
    "HS512": {"secret": SECRET * 2, "alg": "HS512"},
    "RS256": {"pem": public_pem(RSA)},
    "PS256": {"pem": public_pem(RSA), "alg": "PS256"},
    "ES256": {"pem": public_pem(EC)},
    "EdDSA": {"pem": public_pem(ED)},
}
CLAIMS = {"sub": "user-42", "exp": NOW + 3600}


def text(value):
    return value if isinstance(value, (str, bytes)) else json.dumps(value, separators=(",", ":"))


def token(claims=CLAIMS, header=None, alg="HS256", sign=None):
    """Header and claims: objects, or the text to be encoded as it stands."""
    head = b64(text({"alg": alg, "typ": "JWT"} if header is None else header))
    signing_input = head + "." + b64(text(claims))
    return signing_input + "." + b64((sign or SIGN[alg])(signing_input.encode()))


def with_claims(**members):
    return token({**CLAIMS, **members})


def without(name, **members):
    return token({k: v for k, v in {**CLAIMS, **members}.items() if k != name})


RFC_A1 = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
    "LmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)
RFC_PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
RFC_A2 = (
    "eyJhbGciOiJSUzI1NiJ9." + RFC_PAYLOAD + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4"
    "Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98"
    "rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
)
RFC_A3 = (
    "eyJhbGciOiJFUzI1NiJ9." + RFC_PAYLOAD + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKT"
    "UJqPP3-Kg6NU1Q"
)
RFC_8037 = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4"
    "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
RFC_7519_UNSECURED = "eyJhbGciOiJub25lIn0." + RFC_PAYLOAD + "."


def valid():
    signatures = [
        {"name": "RFC 7515 A.1", "jwk": OCT_JWK, "token": RFC_A1},
        {"name": "RFC 7515 A.2", "jwk": RSA_JWK, "token": RFC_A2},
        {"name": "RFC 7515 A.3", "jwk": EC_JWK, "token": RFC_A3},
        {"name": "RFC 8037 A.4", "jwk": ED_JWK, "token": RFC_8037},
    ]
    tokens = [{"name": alg, "key": KEYS[alg], "token": token(alg=alg), "user": "user-42"} for alg in SIGN]
    hs256 = [
        ("no typ", token(header={"alg": "HS256"}), "user-42"),
        ("typ in full, other case", token(header={"alg": "HS256", "typ": "Application/JWT"}), "user-42"),
        ("typ at+jwt", token(header={"alg": "HS256", "typ": "at+jwt"}), "user-42"),
        ("kid that a bare secret does not know", token(header={"alg": "HS256", "kid": "2023-11"}), "user-42"),
        ("white space as in RFC 7519 3.1", token('{"sub":"joe",\r\n "exp":1700003600}'), "joe"),
        ("exp as a fraction", with_claims(exp=NOW + 0.5), "user-42"),
        ("exp far beyond any clock", with_claims(exp=10**300), "user-42"),
        ("expired within the leeway", with_claims(exp=NOW - 29), "user-42"),
        ("nbf and iat within the leeway", with_claims(nbf=NOW + 30, iat=NOW + 30), "user-42"),
        ("type access", with_claims(type="access"), "user-42"),
        ("sub is an integer", with_claims(sub=42), "42"),
        ("sub is a large integer", with_claims(sub=2**64 - 1), "18446744073709551615"),
        ("id", without("sub", id=7), "7"),
        ("user_id before userId", without("sub", userId="b", user_id="a"), "a"),
        ("userId", without("sub", userId="b"), "b"),
        ("sub before id", with_claims(id="other"), "user-42"),
        ("members nobody knows", with_claims(role={"name": "admin", "sub": "x"}), "user-42"),
        ("escaped and unescaped names that differ", token('{"s\\u0075b":"joe","exp":1700003600}'), "joe"),
        ("user id beyond ASCII", with_claims(sub="jos\u00e9"), "jos\u00e9"),
        ("x5t and cty are harmless", token(header={"alg": "HS256", "x5t": "abc", "cty": "x"}), "user-42"),
    ]
    tokens += [{"name": n, "key": KEYS["HS256"], "token": t, "user": u} for n, t, u in hs256]
    return {
        "about": "Tokens that verify. `signatures`: the RFCs' own examples, signature only. `tokens`: in full at `now`.",
        "now": NOW,
        "private_keys": {"RS256": private_pem(RSA), "ES256": private_pem(EC), "EdDSA": private_pem(ED)},
        "signatures": signatures,
        "tokens": tokens,
    }


def tampered(t, part, change):
    parts = t.split(".")
    parts[part] = change(parts[part])
    return ".".join(parts)


def flip_last_bits(text_):
    """The same bytes in another spelling: the unused bits of the last character set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text_[:-1] + alphabet[alphabet.index(text_[-1]) | 1]


def unsigned(header):
    return b64(text(header)) + "." + b64(text(CLAIMS)) + "."


def own_key_in_header():
    attacker = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    raw = attacker.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}
    return token(header={"alg": "EdDSA", "jwk": jwk}, sign=attacker.sign)


def hostile():
    good = token()
    es = token(alg="ES256")
    rs = token(alg="RS256")
    rsa_pub = public_pem(RSA)
    confused = token(sign=hs("sha256", rsa_pub))
    duplicate_exp = token('{"sub":"user-42","exp":1,"exp":1700003600}')
    escaped_twice = token('{"sub":"user-42","\\u0073ub":"admin","exp":1700003600}')
    big = with_claims(pad="x" * 8192)
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    es_input = es.rpartition(".")[0].encode()
    der = EC.sign(es_input, ec.ECDSA(hashes.SHA256()))
    cases = [
        # The form of the token.
        ("empty", "", "HS256"),
        ("one dot", ".", "HS256"),
        ("two dots", "..", "HS256"),
        ("no dots", "abcdef", "HS256"),
        ("two parts", good.rpartition(".")[0], "HS256"),
        ("four parts", good + ".AAAA", "HS256"),
        ("trailing dot", good + ".", "HS256"),
        ("five parts, as a JWE", good + "." + good.rpartition(".")[2] + ".AAAA", "HS256"),
        ("leading space", " " + good, "HS256"),
        ("trailing newline", good + "\n", "HS256"),
        ("trailing NUL", good + "\0", "HS256"),
        ("Bearer left on", "Bearer " + good, "HS256"),
        ("longer than 8 KiB, right signature", big, "HS256"),
        ("JSON serialisation, flattened", json.dumps(dict(zip(("protected", "payload", "signature"), good.split(".")))), "HS256"),
        ("JSON serialisation, general", json.dumps({"payload": good.split(".")[1], "signatures": [{"protected": good.split(".")[0], "signature": good.split(".")[2]}]}), "HS256"),
        # base64url.
        ("signature padded", good + "=", "HS256"),
        ("header padded", tampered(good, 0, lambda p: p + "=" * (-len(p) % 4 or 4)), "HS256"),
        ("signature in the other spelling", tampered(good, 2, flip_last_bits), "HS256"),
        ("standard alphabet", tampered(token(alg="RS256"), 2, lambda p: p.replace("-", "+").replace("_", "/")), "RS256"),
        ("space inside the signature", tampered(good, 2, lambda p: p[:10] + " " + p[10:]), "HS256"),
        ("newline inside the payload", tampered(good, 1, lambda p: p[:10] + "\n" + p[10:]), "HS256"),
        ("one character left over", tampered(good, 2, lambda p: p + "AA"), "HS256"),
        ("byte beyond ASCII", tampered(good, 1, lambda p: p[:4] + "\u00e9" + p[4:]), "HS256"),
        # The header.
        ("header is an array", token(header='["HS256"]'), "HS256"),
        ("header is a string", token(header='"HS256"'), "HS256"),
        ("header is null", token(header="null"), "HS256"),
        ("header is empty", token(header="{}"), "HS256"),
        ("header is cut off", token(header='{"alg":"HS256"'), "HS256"),
        ("header with junk behind", token(header='{"alg":"HS256"}x'), "HS256"),
        ("two headers", token(header='{"alg":"HS256"}{"alg":"none"}'), "HS256"),
        ("header with a byte order mark", token(header=b'\xef\xbb\xbf{"alg":"HS256"}'), "HS256"),
        ("header not UTF-8", token(header=b'{"alg":"HS256","kid":"\xff"}'), "HS256"),
        ("header with a comment", token(header='{"alg":"HS256"/**/}'), "HS256"),
        ("header member twice", token(header='{"alg":"none","alg":"HS256"}'), "HS256"),
        ("header member twice, once escaped", token(header='{"\\u0061lg":"none","alg":"HS256"}'), "HS256"),
        ("alg is null", token(header='{"alg":null}'), "HS256"),
        ("alg is a number", token(header='{"alg":256}'), "HS256"),
        ("alg is an array", token(header='{"alg":["HS256"]}'), "HS256"),
        ("alg in lower case", token(header={"alg": "hs256"}), "HS256"),
        ("alg with a space", token(header={"alg": "HS256 "}), "HS256"),
        ("alg is empty", token(header={"alg": ""}), "HS256"),
        ("ALG instead of alg", token(header={"ALG": "HS256"}), "HS256"),
        ("typ is a number", token(header={"alg": "HS256", "typ": 1}), "HS256"),
        ("typ of a log-out token", token(header={"alg": "HS256", "typ": "logout+jwt"}), "HS256"),
        ("kid is a number", token(header={"alg": "HS256", "kid": 1}), "HS256"),
        ("crit unknown", token(header={"alg": "HS256", "crit": ["exp2"], "exp2": 1}), "HS256"),
        ("crit empty", token(header={"alg": "HS256", "crit": []}), "HS256"),
        ("b64 false", token(header={"alg": "HS256", "b64": False, "crit": ["b64"]}), "HS256"),
        ("b64 false, not declared critical", token(header={"alg": "HS256", "b64": False}), "HS256"),
        ("enc", token(header={"alg": "HS256", "enc": "A128GCM"}), "HS256"),
        ("zip", token(header={"alg": "HS256", "zip": "DEF"}), "HS256"),
        ("jwk in the header, right signature", token(header={"alg": "HS256", "jwk": OCT_JWK}), "HS256"),
        ("jku in the header, right signature", token(header={"alg": "HS256", "jku": "https://attacker.example/keys"}), "HS256"),
        ("x5u in the header, right signature", token(header={"alg": "HS256", "x5u": "https://attacker.example/c"}), "HS256"),
        ("x5c in the header, right signature", token(header={"alg": "HS256", "x5c": ["AAAA"]}), "HS256"),
        ("signed by the key it brings along", own_key_in_header(), "EdDSA"),
        # The algorithm.
        ("RFC 7519 6.1, unsecured", RFC_7519_UNSECURED, "HS256"),
        ("none", unsigned({"alg": "none", "typ": "JWT"}), "HS256"),
        ("None", unsigned({"alg": "None"}), "HS256"),
        ("NONE", unsigned({"alg": "NONE"}), "HS256"),
        ("nOnE", unsigned({"alg": "nOnE"}), "HS256"),
        ("none with a signature", token(header={"alg": "none"}), "HS256"),
        ("none for an RSA key", unsigned({"alg": "none"}), "RS256"),
        ("HS256 over the RSA public key", confused, "RS256"),
        ("HS256 over the EC public key", token(sign=hs("sha256", public_pem(EC))), "ES256"),
        ("HS512 where HS256 is due", token(header={"alg": "HS512"}, sign=hs("sha512", SECRET)), "HS256"),
        ("RS256 where PS256 is due", rs, "PS256"),
        ("PS256 where RS256 is due", token(alg="PS256"), "RS256"),
        ("says PS256, signed as RS256", token(header={"alg": "PS256"}, sign=SIGN["RS256"]), "PS256"),
        ("PS256 without salt", token(alg="PS256", sign=lambda d: RSA.sign(d, pss(0), hashes.SHA256())), "PS256"),
        ("RS256 over SHA-1", token(alg="RS256", sign=lambda d: RSA.sign(d, padding.PKCS1v15(), hashes.SHA1())), "RS256"),
        ("EdDSA where ES256 is due", token(alg="EdDSA"), "ES256"),
        # The signature.
        ("signature missing", good.rpartition(".")[0] + ".", "HS256"),
        ("signature of another secret", token(sign=hs("sha256", "x" * 32)), "HS256"),
        ("signature with an empty secret", token(sign=hs("sha256", "")), "HS256"),
        ("signature cut to half", tampered(good, 2, lambda p: b64(unb64(p)[:16])), "HS256"),
        ("signature of one byte", tampered(good, 2, lambda p: "AA"), "HS256"),
        ("signature with a byte more", tampered(good, 2, lambda p: b64(unb64(p) + b"\0")), "HS256"),
        ("signature in hexadecimal", tampered(good, 2, lambda p: b64(unb64(p).hex())), "HS256"),
        ("payload changed", tampered(good, 1, lambda p: b64(text({**CLAIMS, "sub": "admin"}))), "HS256"),
        ("header changed", tampered(good, 0, lambda p: b64('{"typ":"JWT","alg":"HS256"}')), "HS256"),
        ("signature of another token", tampered(good, 2, lambda p: with_claims(sub="b").rpartition(".")[2]), "HS256"),
        ("ES256 in DER", tampered(es, 2, lambda p: b64(der)), "ES256"),
        ("ES256 all zero", tampered(es, 2, lambda p: b64(bytes(64))), "ES256"),
        ("ES256 r = s = order", tampered(es, 2, lambda p: b64(order.to_bytes(32, "big") * 2)), "ES256"),
        ("ES256 of 63 bytes", tampered(es, 2, lambda p: b64(unb64(p)[:63])), "ES256"),
        ("ES256 of 65 bytes", tampered(es, 2, lambda p: b64(unb64(p) + b"\0")), "ES256"),
        ("EdDSA all zero", tampered(token(alg="EdDSA"), 2, lambda p: b64(bytes(64))), "EdDSA"),
        ("EdDSA of 63 bytes", tampered(token(alg="EdDSA"), 2, lambda p: b64(unb64(p)[:63])), "EdDSA"),
        ("RS256 all zero", tampered(rs, 2, lambda p: b64(bytes(256))), "RS256"),
        ("RS256 of 255 bytes", tampered(rs, 2, lambda p: b64(unb64(p)[1:])), "RS256"),
        # The claims.
        ("claims are an array", token('[{"sub":"a"}]'), "HS256"),
        ("claims are null", token("null"), "HS256"),
        ("claims are empty text", token(""), "HS256"),
        ("claims not UTF-8", token(b'{"sub":"\xc3\x28","exp":1700003600}'), "HS256"),
        ("claims with an overlong code", token(b'{"sub":"\xc0\xaf","exp":1700003600}'), "HS256"),
        ("claims with junk behind", token('{"sub":"a","exp":1700003600}]'), "HS256"),
        ("claims nested without end", token('{"sub":"a","exp":1700003600,"a":' + "[" * 2000 + "]" * 2000 + "}"), "HS256"),
        ("exp twice", duplicate_exp, "HS256"),
        ("sub twice, once escaped", escaped_twice, "HS256"),
        ("member twice further down", token('{"sub":"a","exp":1700003600,"r":{"a":1,"a":1}}'), "HS256"),
        ("expired", with_claims(exp=NOW - 31), "HS256"),
        ("expired this second beyond the leeway", with_claims(exp=NOW - 30), "HS256"),
        ("exp zero", with_claims(exp=0), "HS256"),
        ("exp negative", with_claims(exp=-1), "HS256"),
        ("exp negative without end", token('{"sub":"a","exp":-1e300}'), "HS256"),
        ("no exp", without("exp"), "HS256"),
        ("exp null", with_claims(exp=None), "HS256"),
        ("exp a string", with_claims(exp=str(NOW + 60)), "HS256"),
        ("exp true", with_claims(exp=True), "HS256"),
        ("exp an array", with_claims(exp=[NOW + 60]), "HS256"),
        ("exp infinite", token('{"sub":"a","exp":1e999}'), "HS256"),
        ("exp NaN", token('{"sub":"a","exp":NaN}'), "HS256"),
        ("nbf in the future", with_claims(nbf=NOW + 31), "HS256"),
        ("nbf a string", with_claims(nbf="0"), "HS256"),
        ("nbf null", with_claims(nbf=None), "HS256"),
        ("iat in the future", with_claims(iat=NOW + 31), "HS256"),
        ("iat infinite", token('{"sub":"a","exp":1700003600,"iat":-1e999}'), "HS256"),
        ("a ticket", with_claims(type="websocket"), "HS256"),
        ("type refresh", with_claims(type="refresh"), "HS256"),
        ("type null", with_claims(type=None), "HS256"),
        ("type an array", with_claims(type=["access"]), "HS256"),
        ("no user", without("sub"), "HS256"),
        ("user empty", with_claims(sub=""), "HS256"),
        ("user null", with_claims(sub=None), "HS256"),
        ("user an object", with_claims(sub={"id": 1}), "HS256"),
        ("user a fraction", with_claims(sub=1.5), "HS256"),
        ("user true, id right", with_claims(sub=True, id="a"), "HS256"),
    ]
    return {
        "about": "Tokens that a verifier must refuse at `now`, each with the key it is tried against.",
        "now": NOW,
        "keys": KEYS,
        "tokens": [{"name": name, "key": key, "token": t} for name, t, key in cases],
    }


def write(name, document):
    (OUT / name).write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    print(name, {k: len(v) for k, v in document.items() if isinstance(v, list)})


write("jwt.json", valid())
write("jwt-hostile.json", hostile())
