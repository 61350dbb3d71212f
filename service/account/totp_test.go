package account

import (
	"net/url"
	"testing"
	"time"
)

// TestTOTPVectors has the times and codes of RFC 6238, appendix B, for SHA-1. They have eight digits
// there; ours are the last six.
func TestTOTPVectors(t *testing.T) {
	key := []byte("12345678901234567890")
	for second, code := range map[int64]string{
		59: "94287082", 1111111109: "07081804", 1111111111: "14050471",
		1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130",
	} {
		if got := totpCode(key, second/totpStep); got != code[2:] {
			t.Errorf("at %d: %s, want %s", second, got, code[2:])
		}
		step, ok := totpMatch(base32Secret.EncodeToString(key), code[2:], time.Unix(second, 0))
		if !ok || step != second/totpStep {
			t.Errorf("at %d: step %d, %v", second, step, ok)
		}
	}
}

func TestTOTPTakesOneStepToEitherSide(t *testing.T) {
	secret := newTOTPSecret()
	key, _ := base32Secret.DecodeString(secret)
	now := time.Unix(1_500_000_000, 0)
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		if _, ok := totpMatch(secret, totpCode(key, now.Unix()/totpStep+off), now); ok != want {
			t.Errorf("a code %d steps off: %v", off, ok)
		}
	}
	for _, bad := range []struct{ secret, code string }{{secret, ""}, {"", "123456"}, {"!!", "123456"}} {
		if _, ok := totpMatch(bad.secret, bad.code, now); ok {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestTOTPURL(t *testing.T) {
	secret := newTOTPSecret()
	u, err := url.Parse(totpURL(secret, "office"))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Bangfu:office" || u.Query().Get("secret") != secret {
		t.Errorf("%v %v", u, err)
	}
	if len(secret) != 32 {
		t.Errorf("a secret of %d letters", len(secret))
	}
}
