package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // RFC 6238's, and what every authenticator app does
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// The one-time codes of RFC 6238 as every authenticator app makes them: SHA-1, six digits, a new one
// every thirty seconds. One step to either side is taken, for clocks that are not quite right.
const (
	totpStep = 30
	totpSkew = 1
)

var base32Secret = base32.StdEncoding.WithPadding(base32.NoPadding)

func newTOTPSecret() string {
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process first
	return base32Secret.EncodeToString(raw)
}

// totpCode is the code of a time step.
func totpCode(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// totpMatch finds the time step, around now, of which the code is.
func totpMatch(secret, code string, now time.Time) (step int64, ok bool) {
	key, err := base32Secret.DecodeString(secret)
	if err != nil || len(key) == 0 {
		return 0, false
	}
	middle := now.Unix() / totpStep
	for s := middle - totpSkew; s <= middle+totpSkew; s++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(key, s)), []byte(code)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// totpURL is what an authenticator app reads from a QR code.
func totpURL(secret, name string) string {
	q := url.Values{"secret": {secret}, "issuer": {"Bangfu"}, "digits": {"6"}, "period": {fmt.Sprint(totpStep)}, "algorithm": {"SHA1"}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/Bangfu:" + name, RawQuery: q.Encode()}).String()
}
