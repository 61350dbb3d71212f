package wxsim

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// padBlock is WeChat's PKCS#7 block: 32, although AES blocks are 16.
const padBlock = 32

var errCipherText = errors.New("not a WeChat cipher text for this key")

// signature is WeChat's sha1 over the sorted parts; with Encrypt among them it is msg_signature.
func signature(parts ...string) string {
	sorted := slices.Clone(parts)
	slices.Sort(sorted)
	sum := sha1.Sum([]byte(strings.Join(sorted, "")))
	return hex.EncodeToString(sum[:])
}

// decodeAESKey reads an EncodingAESKey. The last character carries spare bits that WeChat ignores,
// so the decoding must not be strict.
func decodeAESKey(encoded string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(encoded + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("EncodingAESKey is not 43 base64 characters")
	}
	return key, nil
}

// encrypt packs random16 + length + msg + appID and returns it as base64.
func encrypt(key []byte, appID string, random, msg []byte) (string, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("encrypt: %w", err)
	}
	plain := slices.Concat(random, binary.BigEndian.AppendUint32(nil, uint32(len(msg))), msg, []byte(appID))
	pad := padBlock - len(plain)%padBlock
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain), nil
}

// decrypt is the inverse of encrypt and refuses a text made for another account.
func decrypt(key []byte, appID, encoded string) (random, msg []byte, err error) {
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, nil, errCipherText
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, fmt.Errorf("decrypt: %w", err)
	}
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	return unpack(data, appID)
}

func unpack(data []byte, appID string) (random, msg []byte, err error) {
	pad := int(data[len(data)-1])
	if pad < 1 || pad > padBlock || len(data)-pad < 20 {
		return nil, nil, errCipherText
	}
	data = data[:len(data)-pad]
	size := uint64(binary.BigEndian.Uint32(data[16:20]))
	if size > uint64(len(data)-20) {
		return nil, nil, errCipherText
	}
	if string(data[20+size:]) != appID {
		return nil, nil, errors.New("cipher text belongs to another appid")
	}
	return data[:16], data[20 : 20+size], nil
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// randomText is n letters and digits nobody can guess.
func randomText(n int) string {
	out := make([]byte, n)
	_, _ = rand.Read(out) // never fails since Go 1.24
	for i, b := range out {
		out[i] = letters[int(b)%len(letters)]
	}
	return string(out)
}

// randomDigits is a nonce as WeChat writes it.
func randomDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_999_999_999))
	if err != nil {
		return "1514711492"
	}
	return n.String()
}
