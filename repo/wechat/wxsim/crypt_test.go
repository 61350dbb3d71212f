package wxsim_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"sort"
	"strings"
	"testing"
)

// The message encryption written a second time, so that the simulator is not measured by itself.

func sign(parts ...string) string {
	sort.Strings(parts)
	return fmt.Sprintf("%x", sha1.Sum([]byte(strings.Join(parts, ""))))
}

func aesKey(t *testing.T) []byte {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(key + "=")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// unseal returns the message and the appid at its end.
func unseal(t *testing.T, sealed string) (msg, appID string) {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%32 != 0 {
		t.Fatalf("sealed text of %d bytes (%v), want a multiple of 32", len(data), err)
	}
	k := aesKey(t)
	block, _ := aes.NewCipher(k)
	cipher.NewCBCDecrypter(block, k[:16]).CryptBlocks(data, data)
	data = data[:len(data)-int(data[len(data)-1])]
	n := binary.BigEndian.Uint32(data[16:])
	return string(data[20 : 20+n]), string(data[20+n:])
}

func seal(t *testing.T, msg, appID string) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("aaaabbbbccccdddd")
	_ = binary.Write(&b, binary.BigEndian, uint32(len(msg)))
	b.WriteString(msg + appID)
	pad := 32 - b.Len()%32
	b.Write(bytes.Repeat([]byte{byte(pad)}, pad))
	k := aesKey(t)
	block, _ := aes.NewCipher(k)
	cipher.NewCBCEncrypter(block, k[:16]).CryptBlocks(b.Bytes(), b.Bytes())
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// envelope is the encrypted reply; an empty signature means the right one.
func envelope(t *testing.T, msg, appID, signature string) string {
	t.Helper()
	sealed := seal(t, msg, appID)
	if signature == "" {
		signature = sign("pamtest", "1409304348", "xxxxxx", sealed)
	}
	return "<xml><Encrypt><![CDATA[" + sealed + "]]></Encrypt><MsgSignature><![CDATA[" + signature +
		"]]></MsgSignature><TimeStamp>1409304348</TimeStamp><Nonce><![CDATA[xxxxxx]]></Nonce></xml>"
}

// The second writing is measured by the vector of Tencent's own demo, which has the key used here.
func TestSealVector(t *testing.T) {
	const want = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
	if got := seal(t, "我是中文abcd123", "wxb11529c136998cb6"); got != want {
		t.Errorf("sealed %s, want %s", got, want)
	}
	if msg, appID := unseal(t, want); msg != "我是中文abcd123" || appID != "wxb11529c136998cb6" {
		t.Errorf("unsealed %q of %q", msg, appID)
	}
	if got := sign("pamtest", "1409304348", "xxxxxx", want); got != "82c962d39941aa48552f90ef55aa323dc620cc10" {
		t.Errorf("signature %s", got)
	}
}
