// OpenSSL's libcrypto, which libcurl has brought along already.
#pragma once
#include <openssl/crypto.h>
#include <openssl/evp.h>

enum { SCANBRIDGE_SHA256_BYTES = 32 };

/// The SHA-256 of some bytes. 0 if there is no memory for it, else 1.
static inline int scanbridge_sha256(const void *bytes, size_t count, unsigned char digest[SCANBRIDGE_SHA256_BYTES]) {
    return EVP_Digest(bytes ? bytes : "", count, digest, NULL, EVP_sha256(), NULL);
}
